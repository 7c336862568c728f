// The ledger: one primitive, "retire a handle". Append-only, numbered in commit order without
// gaps, chained by hash, and part of the write that is its cause. Design section 4.

import {
  createIdentifier,
  firstLedgerHash,
  ledgerEntryBytes,
  publishHandle,
} from "@latchkey/protocol";
import { sql } from "kysely";
import { type Database, DatabaseError, type Step } from "../storage/database.ts";
import { type DefinedQuery, defineQuery } from "../storage/define-query.ts";

/** The ledger of a database. */
export interface Ledger {
  /**
   * The ledger's id: the first half of a feed position, and part of every published handle. It
   * changes when {@link Ledger.readHead} finds another ledger in the database.
   */
  readonly id: string;
  /**
   * The steps that retire handles. They must be the last steps of a write: the row that numbers
   * entries is locked from here until the commit.
   *
   * @param expiresAt - seconds: when the last token that can carry one of the handles has expired
   * @throws RangeError when `expiresAt` is not a whole number of seconds
   */
  retire(handles: readonly string[], expiresAt: number): readonly Step[];
  /**
   * Says that a token was issued that can live until then, in seconds: entries made from now on last
   * at least as long. A clock that is set back would make them end before it.
   */
  outlive(expiresAt: number): void;
  /** Tells whether any of these handles is retired. */
  isRetired(handles: readonly string[]): Promise<boolean>;
  /** Reads where the ledger ends, and takes over its id when another one is in the database now. */
  readHead(): Promise<LedgerHead>;
  /** Tells whether a step is one of `retire`: a write that holds one appends to the ledger. */
  isAppend(step: Step): boolean;
}

/** Where a ledger ends. */
export interface LedgerHead {
  readonly ledgerId: string;
  readonly number: number;
}

/**
 * Opens the database's ledger; starts one when there is none.
 *
 * @throws DatabaseError
 */
export async function openLedger(options: { readonly database: Database }): Promise<Ledger> {
  const { database } = options;
  return createLedger(database, (await loadId(database)) ?? (await startLedger(database)));
}

/**
 * The steps that put a new, empty ledger in the place of the old one, and the new one itself. Guards
 * that followed the old one keep its entries until they expire, and take a snapshot of this one.
 */
export function replaceLedger(database: Database): {
  readonly ledger: Ledger;
  readonly steps: readonly Step[];
} {
  const { query } = database;
  const id = createIdentifier();
  const head = { ledger_id: id, n: 0, hash: firstLedgerHash(id) };
  return {
    ledger: createLedger(database, id),
    steps: [
      { query: query.deleteFrom("ledger") },
      {
        query: query
          .insertInto("ledger_head")
          .values({ id: 1, ...head })
          .onConflict((conflict) => conflict.column("id").doUpdateSet(head)),
        expect: 1,
      },
    ],
  };
}

function createLedger(database: Database, firstId: string): Ledger {
  let id = firstId;
  let longest = 0;
  const appends = new WeakSet<Step>();

  return Object.freeze({
    get id() {
      return id;
    },
    retire: (handles: readonly string[], expiresAt: number) => {
      if (!Number.isSafeInteger(expiresAt) || expiresAt < 0) {
        throw new RangeError("expiresAt is a whole number of seconds");
      }
      const until = Math.max(expiresAt, longest);
      const steps = handles.flatMap((handle) =>
        retireSteps(database, id, { handle, expiresAt: until }),
      );
      for (const step of steps) appends.add(step);
      return steps;
    },
    outlive: (expiresAt: number) => {
      longest = Math.max(longest, expiresAt);
    },
    isRetired: async (handles: readonly string[]) => {
      if (handles.length === 0) return false;
      for (let reading = 1; reading <= MAX_READINGS; reading++) {
        const found = await findRetired(database, id, handles);
        if (found.ledgerId === id) return found.isRetired;
        // Asked by names of a ledger that is gone: the answer says nothing.
        id = found.ledgerId;
      }
      throw new DatabaseError("database_unavailable", "the ledger's id does not hold still");
    },
    readHead: async () => {
      const [head] = await database.read(
        database.query.selectFrom("ledger_head").select(["ledger_id", "n"]).where("id", "=", 1),
      );
      if (head === undefined) throw new DatabaseError("database_unavailable", "no ledger head");
      id = head.ledger_id;
      return { ledgerId: id, number: head.n };
    },
    isAppend: (step: Step) => appends.has(step),
  });
}

/** Times that a question is asked again because the ledger was replaced meanwhile. */
const MAX_READINGS = 3;

interface RetiredRow {
  readonly ledger_id: string;
  readonly found: number | null;
}

// Each request with an access token runs one of them. More handles than a token can have are possible
// here and need no query that is kept.
const selectRetired = Array.from({ length: 10 }, (_, power) => defineSelectRetired(2 ** power));

function defineSelectRetired(count: number): DefinedQuery<readonly Buffer[], RetiredRow> {
  return defineQuery((query, published) =>
    query
      .selectFrom("ledger_head as head")
      .select((eb) => [
        "head.ledger_id",
        eb
          .selectFrom("ledger")
          .select("ledger.n")
          // As many as there are places: what stands at each is bound later.
          .where(
            "ledger.handle",
            "in",
            Array.from({ length: count }, (_, index) => published[index] as Buffer),
          )
          .limit(1)
          .as("found"),
      ])
      .where("head.id", "=", 1),
  );
}

// One statement, so that the answer and the ledger it is of are one snapshot.
async function findRetired(
  database: Database,
  ledgerId: string,
  handles: readonly string[],
): Promise<{ readonly ledgerId: string; readonly isRetired: boolean }> {
  const published = fillUp(handles.map((handle) => publishHandle(ledgerId, handle)));
  const select =
    selectRetired[Math.log2(published.length)] ?? defineSelectRetired(published.length);
  const [row] = await database.read(select(database, published));
  if (row === undefined) throw new DatabaseError("database_unavailable", "no ledger head");
  return { ledgerId: row.ledger_id, isRetired: row.found !== null };
}

function retireSteps(
  database: Database,
  ledgerId: string,
  retired: { readonly handle: string; readonly expiresAt: number },
): readonly Step[] {
  const { query } = database;
  const handle = publishHandle(ledgerId, retired.handle);
  const entry = ledgerEntryBytes(handle, retired.expiresAt);
  return [
    {
      query: query
        .updateTable("ledger_head")
        .set({
          n: sql<number>`n + 1`,
          hash: sql<Uint8Array>`latchkey_sha256(hash, ${entry})`,
        })
        .where("id", "=", 1)
        // Another ledger publishes other names: an entry made for this one would say nothing.
        .where("ledger_id", "=", ledgerId),
      expect: 1,
    },
    {
      query: query
        .insertInto("ledger")
        .columns(["n", "handle", "expires_at", "hash"])
        .expression(
          query
            .selectFrom("ledger_head")
            .select((eb) => [
              "n",
              eb.val(handle).as("handle"),
              eb.val(retired.expiresAt).as("expires_at"),
              "hash",
            ])
            .where("id", "=", 1),
        ),
      expect: 1,
      isNews: true,
    },
  ];
}

/** Repeats the last value up to a power of two, so that few statements serve all lengths. */
function fillUp(handles: readonly Buffer[]): readonly Buffer[] {
  const length = 2 ** Math.ceil(Math.log2(handles.length));
  return Array.from(
    { length },
    (_, index) => handles[Math.min(index, handles.length - 1)] as Buffer,
  );
}

async function loadId(database: Database): Promise<string | undefined> {
  const [head] = await database.read(
    database.query.selectFrom("ledger_head").select("ledger_id").where("id", "=", 1),
  );
  return head?.ledger_id;
}

async function startLedger(database: Database): Promise<string> {
  const id = createIdentifier();
  const outcome = await database.write([
    {
      query: database.query
        .insertInto("ledger_head")
        .values({ id: 1, ledger_id: id, n: 0, hash: firstLedgerHash(id) }),
      expect: 1,
    },
  ]);
  if (outcome.committed) return id;
  // Another node was first.
  const other = await loadId(database);
  if (other === undefined) throw new DatabaseError("database_unavailable", "no ledger was started");
  return other;
}
