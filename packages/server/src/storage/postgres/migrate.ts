// Brings the schema up to date: all missing migrations in one transaction, under a lock that ends
// with it, so that of many nodes that start at once one does it and the others find it done. A
// database that knows a number we do not was written by a newer version: refused.

import type { ClientConfig } from "pg";
import { sql } from "kysely";
import { type Database, DatabaseError } from "../database.ts";
import type { Migration } from "../migrations/migration.ts";
import { loadDriver } from "./driver.ts";
import { failureOf, sqlState } from "./failure.ts";

/** What is done about missing migrations. */
export type MigrateMode = "run" | "refuse";

/** Where a database is. */
export interface MigrationStatus {
  /** The number of the last migration that was run; 0 for none. */
  readonly last: number;
  readonly applied: readonly AppliedMigration[];
  readonly missing: readonly Migration[];
}

/** A migration that was run. */
export interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  /** Milliseconds. */
  readonly appliedAt: number;
}

// A constant of ours: the lock under which migrations run.
const MIGRATION_LOCK = 0x4c41_5443;

// insufficient_privilege
const NO_PRIVILEGE = "42501";

/** What bringing up to date needs. */
export interface MigrateOptions {
  readonly migrations: readonly Migration[];
  readonly mode: MigrateMode;
  readonly schema?: string;
  /** Settings of a connection of its own: a migration may take longer than a request. */
  readonly connect: () => Promise<ClientConfig>;
}

/**
 * Runs the migrations that the database has not seen, or refuses; answers what it was before.
 *
 * @throws DatabaseError database_newer, database_outdated, database_unavailable
 */
export async function bringUpToDate(
  database: Database,
  options: MigrateOptions,
): Promise<MigrationStatus> {
  const status = await migrationStatus(database, options.migrations, options.schema);
  if (status.missing.length === 0) return status;
  if (options.mode === "refuse") throw outdated(status);
  try {
    await runMigrations(await options.connect(), options);
  } catch (error) {
    if (sqlState(error) === NO_PRIVILEGE) throw outdated(status);
    throw error instanceof DatabaseError ? error : failureOf(error);
  }
  return status;
}

/**
 * Reads which migrations were run.
 *
 * @throws DatabaseError database_newer, database_unavailable
 */
export async function migrationStatus(
  database: Database,
  migrations: readonly Migration[],
  schema?: string,
): Promise<MigrationStatus> {
  checkNumbers(migrations);
  await checkSchema(database, schema);
  const exists = await database.read<{ found: number }>({
    compile: () =>
      sql<{ found: number }>`select to_regclass('migrations') is not null as found`.compile(
        database.query,
      ),
  });
  if (exists[0]?.found !== 1) return { last: 0, applied: [], missing: migrations };
  const applied = await database.read<AppliedMigration>({
    compile: () =>
      sql<AppliedMigration>`select number, name, applied_at as "appliedAt" from migrations
        order by number`.compile(database.query),
  });
  const last = applied.at(-1)?.number ?? 0;
  if (last > migrations.length) {
    throw new DatabaseError(
      "database_newer",
      `the database is at migration ${last}, this version knows ${migrations.length}`,
    );
  }
  return { last, applied, missing: migrations.slice(last) };
}

async function checkSchema(database: Database, schema: string | undefined): Promise<void> {
  if (schema === undefined) return;
  const [row] = await database.read<{ name: string | null }>({
    compile: () =>
      sql<{ name: string | null }>`select current_schema() as name`.compile(database.query),
  });
  if (row?.name === schema) return;
  throw new DatabaseError(
    "database_unavailable",
    `the connection's schema is ${row?.name ?? "none"} and not ${schema}: it does not exist, or a pooler drops the setting (then: alter role ... set search_path = ...)`,
  );
}

/** Runs what is missing, on a connection of its own. */
async function runMigrations(config: ClientConfig, options: MigrateOptions): Promise<void> {
  const { Client } = await loadDriver();
  const client = new Client(config);
  // Told by the query that fails.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("begin");
    await client.query("set local statement_timeout = 0");
    await client.query("set local lock_timeout = '10s'");
    await client.query("select pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
    await client.query(
      `create table if not exists migrations (
        number integer primary key,
        name text collate "C" not null,
        applied_at bigint not null
      )`,
    );
    // Asked again: another node may have been first.
    const { rows } = await client.query<{ last: number }>(
      "select coalesce(max(number), 0) as last from migrations",
    );
    const last = rows[0]?.last ?? 0;
    for (const migration of options.migrations.slice(last)) {
      for (const statement of migration.postgres) await client.query(statement);
      await client.query(
        "insert into migrations (number, name, applied_at) values ($1, $2, latchkey_now())",
        [migration.number, migration.name],
      );
    }
    await client.query("commit");
  } finally {
    // Ends the transaction too, when it is still open.
    await client.end();
  }
}

function outdated({ last, missing }: MigrationStatus): DatabaseError {
  return new DatabaseError(
    "database_outdated",
    `the database is at migration ${last}, this version needs ${missing.at(-1)?.number}: run latchkey migrate up as the owner of the tables`,
  );
}

function checkNumbers(migrations: readonly Migration[]): void {
  for (const [index, migration] of migrations.entries()) {
    if (migration.number !== index + 1) {
      throw new TypeError(`migration ${migration.name} must have number ${index + 1}`);
    }
  }
}
