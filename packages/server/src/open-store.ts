// Opens the store that the configuration names: a directory of this process, or a database that many
// nodes share. A database that is not there yet is waited for; a wrong password is not.

import type { LatchkeyConfig } from "./config/latchkey-config.ts";
import type { Settings } from "./config/settings.ts";
import type { Database } from "./storage/database.ts";
import { openPostgres } from "./storage/postgres/open-postgres.ts";
import { isExposed } from "./storage/postgres/server-address.ts";
import { openSqlite } from "./storage/sqlite/open-sqlite.ts";

/**
 * Opens the store.
 *
 * @param signal - ends the waiting for a database that is not there
 * @throws DatabaseError
 */
export function openStore(
  config: LatchkeyConfig,
  { log }: Pick<Settings, "log">,
  signal: AbortSignal,
): Promise<Database> {
  const { databaseUrl, databaseSchema, databasePoolSize, databaseMigrate } = config;
  if (databaseUrl === undefined) {
    return openSqlite({
      directory: config.data ?? "",
      onTrouble: (error) => log.error({ err: error }, "the database is being opened again"),
    });
  }
  if (isExposed(databaseUrl)) {
    log.warn("the way to the database is not encrypted: add ?sslmode=verify-full to its URL");
  }
  return openPostgres({
    url: databaseUrl,
    ...(databaseSchema === undefined ? {} : { schema: databaseSchema }),
    ...(config.databaseListenUrl === undefined ? {} : { listenUrl: config.databaseListenUrl }),
    ...(databasePoolSize === undefined ? {} : { limits: { size: databasePoolSize } }),
    migrate: databaseMigrate === false ? "refuse" : "run",
    ...(config.databaseWait === false
      ? {}
      : {
          waiting: {
            signal,
            // The cause in a word: it comes every few seconds, and a stack says no more.
            onWait: ({ message }) =>
              log.warn(
                { cause: message },
                "waiting for the database to start, or for its right URL",
              ),
          },
        }),
    onTrouble: (error) => log.error({ err: error }, "the database cannot be reached"),
  });
}
