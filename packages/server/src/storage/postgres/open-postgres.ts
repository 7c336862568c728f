// Opens a database on a PostgreSQL server, for any number of nodes. No state is kept on a connection
// but prepared statements, so a pooler in transaction mode may stand in between.

import { createPostgresQueries } from "../compile-queries.ts";
import {
  type Database,
  DatabaseError,
  type Query,
  type Step,
  type StepResult,
  type WriteOutcome,
} from "../database.ts";
import type { Migration } from "../migrations/migration.ts";
import { migrations } from "../migrations/migrations.ts";
import { BatchError } from "./batch.ts";
import { connect } from "./connection.ts";
import { ConnectionPool, type PoolLimits } from "./connection-pool.ts";
import { loadDriver } from "./driver.ts";
import { failureOf, parseViolation, type Remedy, remedyFor } from "./failure.ts";
import { type Listener, startListener } from "./listener.ts";
import { bringUpToDate, migrationStatus, type MigrationStatus } from "./migrate.ts";
import { StatementNames } from "./prepared-statements.ts";
import { type Connector, createConnector } from "./server-address.ts";
import { type Waiting, waitForServer } from "./wait-for-server.ts";
import { type WireStatement, WireStatements } from "./wire-statement.ts";

/** Connections of a node, by default. */
export const POOL_SIZE = 10;

/** Requests of a node that wait for a connection, at most. */
export const WAITING_REQUESTS = 1_000;

/** Milliseconds that a request waits for a connection. */
export const POOL_PATIENCE = 2_000;

/** Milliseconds for the answer to a read or a write; the server's own limits are lower. */
export const ANSWER_TIMEOUT = 5_000;

/** How often a read or a write is sent when it lost against another one, at most. */
export const MAX_ATTEMPTS = 5;

/** How to open a database. */
export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`, with `?sslmode=verify-full` over a network. */
  readonly url: string;
  /** The schema that holds the tables; by default the first one of the role's `search_path`. */
  readonly schema?: string;
  /** Milliseconds after which the server gives up a statement: for maintenance. */
  readonly statementTimeout?: number;
  /** Bounds; the constants of this file by default. */
  readonly limits?: Partial<PoolLimits>;
  /**
   * A URL of the same database past any pooler, to hear what other nodes announce; without it nothing
   * is announced either.
   */
  readonly listenUrl?: string;
  /** The migrations of this version. */
  readonly migrations?: readonly Migration[];
  /** Whether missing migrations are run, or refused. Default: run. */
  readonly migrate?: "run" | "refuse";
  /** Wait for a server that is not there. Default: fail. */
  readonly waiting?: Waiting;
  /** Hears when no connection could be opened. */
  readonly onTrouble?: (error: DatabaseError) => void;
}

/** A database on a server. */
export interface PostgresDatabase extends Database {
  readonly dialect: "postgres";
}

/**
 * Connects, and runs missing migrations.
 *
 * @throws DatabaseError database_unavailable, database_newer, database_outdated
 * @example
 * ```ts
 * const database = await openPostgres({ url: "postgres://latchkey@localhost/latchkey" });
 * ```
 */
export async function openPostgres(options: PostgresOptions): Promise<PostgresDatabase> {
  // Before the waiting: a driver that is not there is no server that may come.
  await loadDriver();
  const names = new StatementNames();
  const config = createConnector(options);
  const pool = new ConnectionPool(
    (onLost) => config((clientConfig) => connect(clientConfig, names, onLost)),
    {
      size: POOL_SIZE,
      waiting: WAITING_REQUESTS,
      patience: POOL_PATIENCE,
      timeout: ANSWER_TIMEOUT,
      ...options.limits,
    },
    options.onTrouble,
  );
  const news = createNews();
  const database = createDatabase(pool, names, options.listenUrl === undefined ? undefined : news);
  try {
    if (options.waiting !== undefined) {
      await waitForServer(async () => {
        const probe = await config((clientConfig) => connect(clientConfig, names, () => undefined));
        await probe.close();
      }, options.waiting);
    }
    await bringUpToDate(database, {
      migrations: options.migrations ?? migrations,
      mode: options.migrate ?? "run",
      ...(options.schema === undefined ? {} : { schema: options.schema }),
      connect: () => config(async (clientConfig) => clientConfig),
    });
    if (options.listenUrl !== undefined) {
      const { schema, onTrouble } = options;
      news.listener = startListener({
        url: options.listenUrl,
        onWake: () => news.tell(),
        ...(schema === undefined ? {} : { schema }),
        ...(onTrouble === undefined ? {} : { onTrouble }),
      });
    }
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * Reads which migrations a database has seen and which it misses; changes nothing.
 *
 * @throws DatabaseError database_unavailable, database_newer
 */
export function inspectPostgres(
  options: Pick<PostgresOptions, "url" | "schema">,
): Promise<MigrationStatus> {
  return withOneConnection(options, (database) =>
    migrationStatus(database, migrations, options.schema),
  );
}

/**
 * Runs the migrations that a database misses; answers what it was before.
 *
 * @throws DatabaseError database_unavailable, database_newer, database_outdated when the role may not
 */
export function migratePostgres(
  options: Pick<PostgresOptions, "url" | "schema">,
): Promise<MigrationStatus> {
  return withOneConnection(options, (database, config) =>
    bringUpToDate(database, {
      migrations,
      mode: "run",
      ...(options.schema === undefined ? {} : { schema: options.schema }),
      connect: () => config(async (clientConfig) => clientConfig),
    }),
  );
}

async function withOneConnection<Result>(
  options: Pick<PostgresOptions, "url" | "schema">,
  use: (database: Database, config: Connector) => Promise<Result>,
): Promise<Result> {
  await loadDriver();
  const names = new StatementNames();
  const config = createConnector(options);
  const pool = new ConnectionPool(
    (onLost) => config((clientConfig) => connect(clientConfig, names, onLost)),
    { size: 1, waiting: WAITING_REQUESTS, patience: POOL_PATIENCE, timeout: ANSWER_TIMEOUT },
  );
  const database = createDatabase(pool, names);
  try {
    return await use(database, config);
  } finally {
    await database.close();
  }
}

/** Who hears of other nodes. */
interface News {
  listener: Listener | undefined;
  readonly listeners: Set<() => void>;
  tell(): void;
}

function createNews(): News {
  const listeners = new Set<() => void>();
  return {
    listener: undefined,
    listeners,
    tell: () => {
      for (const listener of listeners) listener();
    },
  };
}

const ANNOUNCE: WireStatement = {
  text: "select pg_notify('latchkey:' || current_schema(), '')",
  values: [],
  types: [],
  returnsRows: false,
  expect: undefined,
};

function createDatabase(
  pool: ConnectionPool,
  names: StatementNames,
  news?: News,
): PostgresDatabase {
  const wire = new WireStatements();
  let closing: Promise<void> | undefined;
  let underWay = 0;
  let whenIdle: (() => void) | undefined;

  async function run(
    statements: readonly WireStatement[],
    isRead: boolean,
  ): Promise<readonly StepResult[]> {
    underWay += 1;
    try {
      return await runRepeatedly(statements, isRead);
    } finally {
      underWay -= 1;
      if (underWay === 0) whenIdle?.();
    }
  }

  async function runRepeatedly(
    statements: readonly WireStatement[],
    isRead: boolean,
  ): Promise<readonly StepResult[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await pool.run(statements);
      } catch (error) {
        if (!(error instanceof BatchError) || attempt === MAX_ATTEMPTS) throw error;
        const remedy = remedyFor(error.cause);
        if (remedy === "disconnect") pool.retireIdle();
        if (!mayRepeat(remedy, isRead && attempt === 1)) throw error;
        if (remedy === "prepare-anew") names.renew();
        if (remedy === "do-not-prepare") names.giveUp();
      }
    }
  }

  return {
    dialect: "postgres",
    query: createPostgresQueries(),

    async read<Row>(query: Query<Row>): Promise<readonly Row[]> {
      refuseWhen(closing !== undefined);
      try {
        const [result] = await run([wire.of({ query })], true);
        // The edge where the server's rows become what the query says it selects.
        return (result?.rows ?? []) as unknown as readonly Row[];
      } catch (error) {
        throw errorOf(error);
      }
    },

    async write(steps: readonly Step[]): Promise<WriteOutcome> {
      refuseWhen(closing !== undefined);
      if (steps.length === 0) return { committed: true, results: [] };
      const locks = lockStatements(steps);
      const isNews = news !== undefined && steps.some((step) => step.isNews === true);
      const statements = [
        ...locks,
        ...steps.map((step) => wire.of(step)),
        ...(isNews ? [ANNOUNCE] : []),
      ];
      try {
        const results = await run(statements, false);
        return {
          committed: true,
          results: results.slice(locks.length, locks.length + steps.length),
        };
      } catch (error) {
        if (error instanceof BatchError) {
          const violation = parseViolation(error.cause, statements[error.failed]?.expect);
          if (violation !== undefined) {
            return { committed: false, failed: error.failed - locks.length, ...violation };
          }
        }
        throw errorOf(error);
      }
    },

    ...(news === undefined
      ? {}
      : {
          onNews: (listener: () => void) => {
            news.listeners.add(listener);
            return () => void news.listeners.delete(listener);
          },
        }),

    close(): Promise<void> {
      closing ??= closeAll();
      return closing;
    },
  };

  // What was accepted may have to be sent again, so the pool is closed behind it.
  async function closeAll(): Promise<void> {
    if (underWay > 0) {
      await new Promise<void>((resolve) => {
        whenIdle = resolve;
      });
    }
    await Promise.all([pool.close(), news?.listener?.close()]);
  }
}

// Locks come first and last until the commit. Each statement behind them sees what was committed by
// whoever held them before. In one order, so that two writes never wait for each other.
function lockStatements(steps: readonly Step[]): readonly WireStatement[] {
  if (steps.every((step) => step.alone === undefined)) return [];
  const names = steps.flatMap((step) => (step.alone === undefined ? [] : [step.alone]));
  return [...new Set(names)].toSorted().map((name) => ({
    text: "select pg_advisory_xact_lock(hashtextextended(current_schema() || '.' || $1, 0))",
    values: [name],
    types: [0],
    returnsRows: false,
    expect: undefined,
  }));
}

// A read may be asked again of another connection. Whether a write was executed before its connection
// was lost, nobody knows.
function mayRepeat(remedy: Remedy, isFirstRead: boolean): boolean {
  return remedy === "disconnect" ? isFirstRead : remedy !== "none";
}

function refuseWhen(isClosed: boolean): void {
  if (isClosed) throw new DatabaseError("database_unavailable", "the database is closed");
}

function errorOf(error: unknown): unknown {
  if (error instanceof TypeError) return error;
  return failureOf(error instanceof BatchError ? error.cause : error);
}
