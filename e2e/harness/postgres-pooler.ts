// A real PgBouncer in transaction mode in front of a PostgreSQL, for any of its databases.

import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPooler } from "./postgres-binaries.ts";
import { freeServerPort, isOther, launch, type Launched, serverUser } from "./postgres-launch.ts";

/** Connections to the server for each database: fewer than one node has to the pooler. */
export const POOLED_CONNECTIONS = 5;

/** The first version that knows prepared statements of its clients. */
const PREPARES_SINCE = [1, 21] as const;

/** A running pooler. */
export interface Pooler {
  readonly version: readonly [number, number];
  /** The same database as a URL of the server, through the pooler. */
  through(url: string): string;
  stop(how?: "fast" | "immediate"): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Starts a pooler in front of a server.
 *
 * @param serverUrl - of the server's superuser
 * @throws Error when there is no PgBouncer, or it does not start
 */
export async function startPooler(serverUrl: string): Promise<Pooler> {
  const program = findPooler();
  if (program === undefined) throw new Error("no PgBouncer is here: apt-get install pgbouncer");
  const { path, version } = program;
  const server = new URL(serverUrl);
  const owner = serverUser();
  const directory = await mkdtemp(join(tmpdir(), "latchkey-pooler-"));
  const port = await freeServerPort();
  const prepares =
    version[0] > PREPARES_SINCE[0] ||
    (version[0] === PREPARES_SINCE[0] && version[1] >= PREPARES_SINCE[1]);
  const files = {
    users: `"${server.username}" "${server.password}"\n`,
    settings: [
      "[databases]",
      `* = host=127.0.0.1 port=${server.port}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = scram-sha-256",
      `auth_file = ${join(directory, "users")}`,
      "pool_mode = transaction",
      "max_client_conn = 500",
      `default_pool_size = ${POOLED_CONNECTIONS}`,
      // A server that was away is asked again at once.
      "server_login_retry = 1",
      ...(prepares ? ["max_prepared_statements = 200"] : []),
      "",
    ].join("\n"),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, name), content, { mode: 0o600 });
    if (isOther(owner)) await chown(join(directory, name), owner.uid, owner.gid);
  }
  if (isOther(owner)) await chown(directory, owner.uid, owner.gid);
  const start = (): Promise<Launched> =>
    launch({
      command: [path, join(directory, "settings")],
      directory,
      owner,
      isReady: /process up/,
    });
  let process = await start();
  const stop = (how: "fast" | "immediate" = "fast"): Promise<void> =>
    process.stop(how === "immediate" ? "SIGKILL" : undefined);
  return {
    version,
    through: (url) => {
      const pooled = new URL(url);
      pooled.port = String(port);
      return pooled.href;
    },
    stop,
    start: async () => {
      process = await start();
    },
    remove: async () => {
      await stop("immediate");
      await rm(directory, { recursive: true, force: true });
    },
  };
}
