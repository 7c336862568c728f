// Brings the schema up to date: all missing migrations in one transaction, each recorded with its
// number. A database that knows a number we do not was written by a newer version: refused, since
// we cannot know what its columns mean.

import { DatabaseError } from "../database.ts";
import type { Migration } from "../migrations/migration.ts";
import type { Connection } from "./connection.ts";

/**
 * Runs the migrations that the database has not seen.
 *
 * @throws DatabaseError database_newer
 */
export function migrate(connection: Connection, migrations: readonly Migration[]): void {
  checkNumbers(migrations);
  connection.execute("begin immediate");
  try {
    connection.execute(
      `create table if not exists migrations (
        number integer primary key,
        name text not null,
        applied_at integer not null
      ) strict`,
    );
    const last = lastMigration(connection);
    if (last > migrations.length) {
      throw new DatabaseError(
        "database_newer",
        `the database is at migration ${last}, this version knows ${migrations.length}`,
      );
    }
    connection.startRequest();
    for (const migration of migrations.slice(last)) {
      for (const sql of migration.sqlite) connection.execute(sql);
      connection.run({
        sql: "insert into migrations (number, name, applied_at) values (?, ?, latchkey_now())",
        parameters: [BigInt(migration.number), migration.name],
      });
    }
    connection.execute("commit");
  } catch (cause) {
    if (connection.isTransaction) connection.execute("rollback");
    throw cause;
  }
}

function lastMigration(connection: Connection): number {
  const { set } = connection.run({
    sql: "select coalesce(max(number), 0) as last from migrations",
    parameters: [],
  });
  return Number(set.rows[0]?.[0]);
}

function checkNumbers(migrations: readonly Migration[]): void {
  for (const [index, migration] of migrations.entries()) {
    if (migration.number !== index + 1) {
      throw new TypeError(`migration ${migration.name} must have number ${index + 1}`);
    }
  }
}
