// Opens the embedded store. The connection lives in a worker thread, so an fsync never blocks the
// event loop; this file starts the worker and turns its messages into the Database interface.

import { Worker } from "node:worker_threads";
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
import type { FromWorker, Statement, StoreAnswer, ToWorker, WorkerOptions } from "./messages.ts";
import { resolveParameters } from "./parameters.ts";
import { GROUP_PATIENCE, RequestQueue } from "./request-queue.ts";

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
}

/** The embedded store. */
export interface SqliteDatabase extends Database {
  readonly dialect: "sqlite";
  /** Moves the database's clock to this many milliseconds from the machine's, for later requests. */
  setClockOffset(milliseconds: number): void;
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
  const workerOptions: WorkerOptions = {
    directory: options.directory,
    migrations: options.migrations ?? migrations,
    clockOffset: options.clockOffset ?? 0,
    busyTimeout: options.busyTimeout ?? BUSY_TIMEOUT,
  };
  // From source this file is TypeScript and so is the worker; built, both are JavaScript.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
    workerData: workerOptions,
    execArgv: [],
  });
  await waitUntilOpened(worker);
  return createDatabase(worker, options.patience ?? GROUP_PATIENCE);
}

function waitUntilOpened(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once("message", (message: FromWorker) => {
      if (message.kind === "opened") resolve();
      else if (message.kind === "refused") {
        reject(new DatabaseError(message.error.code, message.error.message));
      }
    });
    worker.once("error", reject);
    worker.once("exit", () => reject(workerGone()));
  });
}

function createDatabase(worker: Worker, patience: number): SqliteDatabase {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  const send = (message: ToWorker): void => worker.postMessage(message);
  const queue = new RequestQueue((requests) => send({ kind: "group", requests }), patience);
  const exited = new Promise<void>((resolve) => {
    worker.once("exit", () => {
      queue.fail(workerGone());
      resolve();
    });
  });
  worker.on("message", (message: FromWorker) => {
    if (message.kind === "answers") queue.settle(message.answers, message.done);
  });
  worker.on("error", (cause) => queue.fail(workerGone(cause)));
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

    setClockOffset: (offset) => send({ kind: "clock", offset }),

    close(): Promise<void> {
      closing ??= queue.drain().then(() => {
        send({ kind: "close" });
        return exited;
      });
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

function workerGone(cause?: unknown): DatabaseError {
  return new DatabaseError("database_unavailable", "the database worker ended", { cause });
}
