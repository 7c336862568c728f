// The database that nodes share, as its administrator sees it: its clock, its connections, its rows.

import { Client } from "pg";

/** The database of some nodes. */
export interface SharedDatabase {
  /** Runs a query. */
  ask<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /**
   * Stops its clock, or moves it while it stands: what a slow machine takes is then not taken for
   * clients that were away for longer than the rotation window.
   */
  moveClock(milliseconds: number): Promise<void>;
  /** Lets its clock run faster by a factor from now on. */
  hastenClock(factor: number): Promise<void>;
  /** Ends every connection of a node; answers how many there were. */
  killConnections(): Promise<number>;
}

/** Looks at the database of a URL; a connection for each call, so it may stop in between. */
export function createSharedDatabase(url: string): SharedDatabase {
  let now: number | undefined;

  async function ask<Row extends object>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const client = new Client({ connectionString: url, application_name: "test" });
    // A server that is stopped meanwhile; the query fails, which is told.
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async function setClock(now: string, clock: string): Promise<void> {
    await ask(
      `create or replace function latchkey_now() returns bigint language sql stable parallel safe
         return ${now}`,
    );
    await ask(
      `create or replace function latchkey_clock() returns bigint language sql volatile
         return ${clock}`,
    );
  }

  return {
    ask,
    moveClock: async (milliseconds) => {
      now = (now ?? Date.now()) + milliseconds;
      await setClock(`${now}::bigint`, `${now}::bigint`);
    },
    hastenClock: async (factor) => {
      const start = Date.now();
      const clock = (time: string, pace: number): string =>
        `floor(${start} + (extract(epoch from ${time}) * 1000 - ${start}) * ${pace})::bigint`;
      // Whether a renewal was decided in time is asked of the second one: by a fast clock it would be late
      // after a fraction of a second.
      await setClock(clock("transaction_timestamp()", factor), clock("clock_timestamp()", 1));
    },
    killConnections: async () => {
      const killed = await ask(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name <> 'test'`,
      );
      return killed.length;
    },
  };
}
