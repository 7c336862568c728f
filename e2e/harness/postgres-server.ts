// A real PostgreSQL: programs from npm or Debian, a new cluster in a folder of its own, a free port,
// a password of its own. It ends with this process, however that ends.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPostgres, type PostgresBinaries } from "./postgres-binaries.ts";
import {
  freeServerPort,
  isOther,
  launch,
  type Launched,
  type ServerUser,
  serverUser,
} from "./postgres-launch.ts";

/** How to start a server. */
export interface PostgresServerOptions {
  /** Default: the first of {@link findPostgres}. */
  readonly binaries?: PostgresBinaries;
  /** Whether a commit waits for the disk. Default: true; unit tests do without. */
  readonly isDurable?: boolean;
  /** Settings, as `name=value`. */
  readonly settings?: readonly string[];
}

/** A running server. */
export interface PostgresServer {
  readonly version: number;
  readonly binaries: PostgresBinaries;
  readonly port: number;
  /** Of its superuser, for the database `postgres`. */
  readonly url: string;
  /** The folder of the cluster. */
  readonly directory: string;
  /** The server's log so far. */
  log(): string;
  /** Ends it: in order, or as a power cut would. */
  stop(how?: "fast" | "immediate"): Promise<void>;
  /** Starts it again on the same port and cluster. */
  start(): Promise<void>;
  /** Ends it and removes the cluster. */
  remove(): Promise<void>;
}

/**
 * Makes a cluster and starts a server on it.
 *
 * @throws Error when there are no programs, or they do not start
 */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const binaries = options.binaries ?? findPostgres()[0];
  if (binaries === undefined) {
    throw new Error("no PostgreSQL is here: run npm install, or apt-get install postgresql");
  }
  const owner = serverUser();
  const directory = await mkdtemp(join(tmpdir(), "latchkey-postgres-"));
  const password = randomBytes(16).toString("hex");
  await initialise({ binaries, directory, owner, password });
  const port = await freeServerPort();
  const settings = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=300",
    "shared_buffers=64MB",
    "max_wal_size=256MB",
    ...(options.isDurable === false
      ? ["fsync=off", "full_page_writes=off", "synchronous_commit=off"]
      : []),
    ...(options.settings ?? []),
  ];
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  return serverOf({ binaries, directory, owner, settings }, { port, url });
}

/** Starts a standby that follows a server. */
export async function startReplica(primary: PostgresServer): Promise<PostgresServer> {
  const { binaries } = primary;
  const owner = serverUser();
  const directory = await mkdtemp(join(tmpdir(), "latchkey-postgres-"));
  if (isOther(owner)) await chown(directory, owner.uid, owner.gid);
  const data = join(directory, "data");
  const child = spawn(
    join(binaries.directory, "pg_basebackup"),
    // It writes down where to follow, and that it is a standby.
    ["--pgdata", data, "--dbname", primary.url, "--checkpoint=fast", "--write-recovery-conf"],
    { ...owner, cwd: directory, stdio: ["ignore", "ignore", "pipe"] },
  );
  let output = "";
  child.stderr.on("data", (text) => (output += String(text)));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`pg_basebackup failed\n${output}`);
  const port = await freeServerPort();
  const settings = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    // No less than at the primary.
    "max_connections=300",
  ];
  const url = new URL(primary.url);
  url.port = String(port);
  return serverOf({ binaries, directory, owner, settings }, { port, url: url.href });
}

interface Cluster {
  readonly binaries: PostgresBinaries;
  readonly directory: string;
  readonly owner: ServerUser;
}

async function serverOf(
  { binaries, directory, owner, settings }: Cluster & { readonly settings: readonly string[] },
  address: { readonly port: number; readonly url: string },
): Promise<PostgresServer> {
  const start = (): Promise<Launched> =>
    launch({
      command: [
        join(binaries.directory, "postgres"),
        "-D",
        join(directory, "data"),
        ...settings.flatMap((setting) => ["-c", setting]),
      ],
      directory,
      owner,
      isReady: /ready to accept (read-only )?connections/,
    });
  let process = await start();
  const stop = (how: "fast" | "immediate" = "fast"): Promise<void> =>
    process.stop(how === "immediate" ? "SIGQUIT" : undefined);
  return {
    version: binaries.version,
    binaries,
    ...address,
    directory,
    log: () => process.log(),
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

async function initialise({
  binaries,
  directory,
  owner,
  password,
}: Cluster & { readonly password: string }): Promise<void> {
  const passwordFile = join(directory, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (isOther(owner)) {
    await chown(directory, owner.uid, owner.gid);
    await chown(passwordFile, owner.uid, owner.gid);
  }
  const child = spawn(
    join(binaries.directory, "initdb"),
    [
      `--pgdata=${join(directory, "data")}`,
      "--username=postgres",
      `--pwfile=${passwordFile}`,
      "--auth=password",
      "--encoding=UTF8",
      "--no-locale",
      "--no-sync",
    ],
    { ...owner, cwd: directory, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  child.stdout.on("data", (text) => (output += String(text)));
  child.stderr.on("data", (text) => (output += String(text)));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`initdb failed\n${output}`);
}
