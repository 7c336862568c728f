// Opens the embedded store. The connection lives in a worker thread, so an fsync never blocks the
// event loop; this file turns messages of the worker (worker-link.ts) into the Database interface.

import type { Backup } from "../backup.ts";
import { createSqliteQueries } from "../compile-queries.ts";
import {
  type Database,
  DatabaseError,
  type Query,
  type Step,
  type WriteOutcome,
} from "../database.ts";
import type { Migration } from "../migrations/migration.ts";
import { migrations } from "../migrations/migrations.ts";
import { backUp } from "./back-up.ts";
import type { Statement, StoreAnswer } from "./messages.ts";
import { resolveParameters } from "./parameters.ts";
import { GROUP_PATIENCE, RequestQueue } from "./request-queue.ts";
import { openWorkerLink, type WorkerLink } from "./worker-link.ts";

/** Milliseconds the worker waits for a lock that another process holds on the database file. */
export const BUSY_TIMEOUT = 2_000;

/** How to open the embedded store. */
export interface SqliteOptions {
  /** The data directory; created with mode 0700 when it does not exist. */
  readonly directory: string;
  /** The migrations to bring the database to; those of this version by default. */
  readonly migrations?: readonly Migration[];
  /** Milliseconds added to the database's clock: for tests and fault drills. */
  readonly clockOffset?: number;
  /** Milliseconds to wait for a foreign lock; {@link BUSY_TIMEOUT} by default. */
  readonly busyTimeout?: number;
  /** Milliseconds a group may take; {@link GROUP_PATIENCE} by default. */
  readonly patience?: number;
  /** Hears when the worker died, and each time that a new one could not start. */
  readonly onTrouble?: (error: DatabaseError) => void;
}

/** The embedded store. */
export interface SqliteDatabase extends Database {
  readonly dialect: "sqlite";
  /** Moves the database's clock to this many milliseconds from the machine's, for later requests. */
  setClockOffset(milliseconds: number): void;
  backUp: Backup;
}

/**
 * Opens `DIR/latchkey.db`, locks the directory and runs missing migrations.
 *
 * @throws DatabaseError data_directory_locked, data_directory_unwritable, database_corrupt,
 * database_newer
 * @example
 * ```ts
 * const database = await openSqlite({ directory: ".latchkey" });
 * ```
 */
export async function openSqlite(options: SqliteOptions): Promise<SqliteDatabase> {
  const { directory, busyTimeout = BUSY_TIMEOUT, patience = GROUP_PATIENCE } = options;
  const queue: RequestQueue = new RequestQueue((requests) => link.send(requests), patience);
  const link: WorkerLink = await openWorkerLink(
    {
      directory,
      migrations: options.migrations ?? migrations,
      clockOffset: options.clockOffset ?? 0,
      busyTimeout,
    },
    {
      onAnswers: (answers, done) => queue.settle(answers, done),
      onLost: (error) => {
        if (queue.suspend(error)) options.onTrouble?.(error);
      },
      onBack: () => queue.resume(),
    },
  );
  return createDatabase(directory, { link, queue, busyTimeout });
}

function createDatabase(
  directory: string,
  parts: {
    readonly link: WorkerLink;
    readonly queue: RequestQueue;
    readonly busyTimeout: number;
  },
): SqliteDatabase {
  const { link, queue, busyTimeout } = parts;
  const closed = new AbortController();
  let closing: Promise<void> | undefined;

  return {
    dialect: "sqlite",
    query: createSqliteQueries(),

    async read<Row>(query: Query<Row>): Promise<readonly Row[]> {
      const answer = await queue.submit("read", [compileStatement({ query })]);
      if (answer.kind !== "rows") throw failureOf(answer);
      // The edge where SQLite's rows become what the query says it selects.
      return answer.rows as unknown as readonly Row[];
    },

    async write(steps: readonly Step[]): Promise<WriteOutcome> {
      if (steps.length === 0) return { committed: true, results: [] };
      const answer = await queue.submit("write", steps.map(compileStatement));
      if (answer.kind !== "outcome") throw failureOf(answer);
      return answer.outcome;
    },

    backUp: (wanted) => backUp({ ...wanted, directory, busyTimeout, signal: closed.signal }),

    setClockOffset: (offset) => link.setClockOffset(offset),

    close(): Promise<void> {
      closed.abort();
      closing ??= queue.drain().then(() => link.close());
      return closing;
    },
  };
}

function compileStatement(step: Step): Statement {
  const { sql, parameters } = step.query.compile();
  return { sql, parameters: resolveParameters(parameters), expect: step.expect };
}

function failureOf(answer: StoreAnswer): DatabaseError {
  return answer.kind === "error"
    ? new DatabaseError(answer.error.code, answer.error.message)
    : new DatabaseError("database_unavailable", "the worker answered another question");
}
