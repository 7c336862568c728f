// Carries an installation from the embedded database to PostgreSQL: every table in order, in batches by
// primary key, so that a move that was interrupted goes on where it stopped. Nothing is issued anew:
// sessions, keys and the ledger are the same rows, and whoever was signed in stays it. The source is
// locked meanwhile, and at the end both sides are read again and compared.

import { createHash } from "node:crypto";
import { sql } from "kysely";
import { type Database, DatabaseError, type Query } from "../storage/database.ts";
import { openPostgres } from "../storage/postgres/open-postgres.ts";
import { openSqlite } from "../storage/sqlite/open-sqlite.ts";
import { writeAll } from "../storage/write.ts";
import { markStep, readMoveMark, unmarkStep } from "./move-mark.ts";
import { type MovedTable, movedTables } from "./move-tables.ts";

/** Rows that travel at once. */
export const MOVED_ROWS = 500;

/** What to move, and where to. */
export interface MoveOptions {
  /** The data directory; no server may run on it. */
  readonly directory: string;
  /** The PostgreSQL, empty or with the beginning of this very move. */
  readonly url: string;
  readonly schema?: string;
  /** Milliseconds. */
  readonly now: number;
  readonly onProgress?: (progress: MoveProgress) => void;
}

/** How far a move is, in rows; every row is copied, then read twice. */
export interface MoveProgress {
  readonly done: number;
  readonly total: number;
}

/** A table that was moved. */
export interface MovedCount {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 of every row, the same on both sides; base64url. */
  readonly checksum: string;
}

/**
 * Moves an installation. When it ends well the source is marked, and no server starts on it again.
 *
 * @throws DatabaseError data_directory_locked when a server runs; database_moved when the target holds
 * another installation; database_unavailable; database_corrupt when the two differ in the end
 */
export async function moveToPostgres(options: MoveOptions): Promise<readonly MovedCount[]> {
  const { directory, url, schema } = options;
  const source = await openSqlite({ directory });
  try {
    const target = await openPostgres({ url, ...(schema === undefined ? {} : { schema }) });
    try {
      return await moveAll(source, target, options);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function moveAll(
  source: Database,
  target: Database,
  { now, onProgress }: Pick<MoveOptions, "now" | "onProgress">,
): Promise<readonly MovedCount[]> {
  const ledgerId = await requireSource(source);
  await claimTarget(target, ledgerId, now);
  const tables = await Promise.all(movedTables.map((table) => describeTable(source, table)));
  const total = 3 * tables.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  const advance = (rows: number): void => {
    done += rows;
    onProgress?.({ done: Math.min(done, total), total });
  };

  for (const table of tables) await copyTable(source, target, table, advance);
  const counts: MovedCount[] = [];
  for (const table of tables) {
    const [here, there] = [
      await readChecksum(source, table, advance),
      await readChecksum(target, table, advance),
    ];
    if (here.rows !== there.rows || here.checksum !== there.checksum) {
      throw new DatabaseError(
        "database_corrupt",
        `${table.name} differs: ${here.rows} rows here, ${there.rows} there`,
      );
    }
    counts.push(here);
  }
  await writeAll(target, [
    {
      query: compiled(
        target,
        sql`select setval(pg_get_serial_sequence('audit_events', 'n'),
          (select coalesce(max(n), 0) + 1 from audit_events), false)`,
      ),
    },
  ]);
  // In this order: stopped in between, the move is run again and finds nothing left to copy.
  await writeAll(source, [markStep(source, { state: "left", ledgerId }, now)]);
  await writeAll(target, [unmarkStep(target)]);
  return counts;
}

async function requireSource(source: Database): Promise<string> {
  const [head] = await source.read(source.query.selectFrom("ledger_head").select("ledger_id"));
  if (head === undefined) {
    throw new DatabaseError("database_unavailable", "the source holds no installation");
  }
  return head.ledger_id;
}

/** Marks an empty target as arriving, or finds the mark of an earlier attempt of the same move. */
async function claimTarget(target: Database, ledgerId: string, now: number): Promise<void> {
  const mark = await readMoveMark(target);
  if (mark?.state === "arriving" && mark.ledgerId === ledgerId) return;
  const { query } = target;
  const [used] = await target.read(
    query.selectNoFrom((eb) =>
      eb
        .or([
          eb.exists(query.selectFrom("ledger_head").select("id")),
          eb.exists(query.selectFrom("keys").select("id")),
          eb.exists(query.selectFrom("users").select("id")),
          eb.exists(query.selectFrom("moving").select("id")),
        ])
        .as("is_used"),
    ),
  );
  if (Number(used?.is_used) !== 0) {
    throw new DatabaseError("database_moved", "the target holds an installation already");
  }
  await writeAll(target, [markStep(target, { state: "arriving", ledgerId }, now)]);
}

interface DescribedTable extends MovedTable {
  readonly columns: readonly string[];
  readonly rows: number;
}

type Row = Readonly<Record<string, unknown>>;

async function describeTable(source: Database, table: MovedTable): Promise<DescribedTable> {
  const columns = await source.read<{ name: string }>(
    compiled(source, sql`select name from pragma_table_info(${table.name}) order by cid`),
  );
  const [count] = await source.read<{ rows: number }>(
    compiled(source, sql`select count(*) as rows from ${sql.table(table.name)}`),
  );
  return { ...table, columns: columns.map(({ name }) => name), rows: count?.rows ?? 0 };
}

async function copyTable(
  source: Database,
  target: Database,
  table: DescribedTable,
  advance: (rows: number) => void,
): Promise<void> {
  let last = await readLastKey(target, table);
  if (last !== undefined) advance(await countUpTo(source, table, last));
  for (;;) {
    const rows = await readBatch(source, table, last);
    if (rows.length === 0) return;
    const values = rows.map((row) => sql`(${sql.join(table.columns.map((name) => row[name]))})`);
    const columns = sql.join(table.columns.map((name) => sql.ref(name)));
    const insert = sql`insert into ${sql.table(table.name)} (${columns}) values ${sql.join(values)}`;
    await writeAll(target, [{ query: compiled(target, insert) }]);
    last = keyOf(table, rows.at(-1));
    advance(rows.length);
  }
}

async function readChecksum(
  database: Database,
  table: DescribedTable,
  advance: (rows: number) => void,
): Promise<MovedCount> {
  const hash = createHash("sha256");
  let last: readonly unknown[] | undefined;
  let rows = 0;
  for (;;) {
    const batch = await readBatch(database, table, last);
    if (batch.length === 0) break;
    for (const row of batch) {
      hash.update(`${JSON.stringify(table.columns.map((name) => plainValue(row[name])))}\n`);
    }
    rows += batch.length;
    last = keyOf(table, batch.at(-1));
    advance(batch.length);
  }
  return { table: table.name, rows, checksum: hash.digest("base64url") };
}

function readBatch(
  database: Database,
  table: DescribedTable,
  after: readonly unknown[] | undefined,
): Promise<readonly Row[]> {
  const { name, columns, key } = table;
  const order = sql.join(key.map((column) => sql.ref(column)));
  const condition = after === undefined ? sql`` : sql`where (${order}) > (${sql.join(after)})`;
  const select = sql<Row>`select ${sql.join(columns.map((column) => sql.ref(column)))}
    from ${sql.table(name)} ${condition} order by ${order} limit ${sql.lit(MOVED_ROWS)}`;
  return database.read<Row>(compiled(database, select));
}

async function readLastKey(
  database: Database,
  { name, key }: DescribedTable,
): Promise<readonly unknown[] | undefined> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const order = sql.join(key.map((column) => sql`${sql.ref(column)} desc`));
  const [row] = await database.read<Row>(
    compiled(
      database,
      sql<Row>`select ${columns} from ${sql.table(name)} order by ${order} limit 1`,
    ),
  );
  return row === undefined ? undefined : key.map((column) => row[column]);
}

async function countUpTo(
  database: Database,
  { name, key }: DescribedTable,
  last: readonly unknown[],
): Promise<number> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const [row] = await database.read<{ rows: number }>(
    compiled(
      database,
      sql`select count(*) as rows from ${sql.table(name)} where (${columns}) <= (${sql.join(last)})`,
    ),
  );
  return row?.rows ?? 0;
}

function keyOf({ key }: DescribedTable, row: Row | undefined): readonly unknown[] {
  return key.map((column) => row?.[column]);
}

function plainValue(value: unknown): unknown {
  return value instanceof Uint8Array ? `bytes ${Buffer.from(value).toString("base64url")}` : value;
}

function compiled<Result>(database: Database, raw: ReturnType<typeof sql<Result>>): Query<Result> {
  return { compile: () => raw.compile(database.query) };
}
