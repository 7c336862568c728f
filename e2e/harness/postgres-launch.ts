// Starts a program of the database in a folder of its own, as a user that is not root, so that it ends
// with this process, however that ends. For the server and for the pooler alike.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** Who a program runs as: both refuse to be root. Empty: as who we are. */
export type ServerUser = { readonly uid: number; readonly gid: number } | Record<string, never>;

/** What to start. */
export interface Launch {
  readonly command: readonly [file: string, ...args: string[]];
  readonly directory: string;
  readonly owner: ServerUser;
  /** What its log says when it can be used. */
  readonly isReady: RegExp;
}

/** A running program. */
export interface Launched {
  log(): string;
  /** Asks it to end, or sends a signal first, and waits for its end. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

// The shell waits for the end of its input, which comes when this process ends, by a kill as well.
const SUPERVISOR = '"$@" & child=$!; echo "$child"; read -r _; kill -INT "$child"; wait "$child"';

/** Starts it. @throws Error with its log when it ends before it is ready */
export async function launch({ command, directory, owner, isReady }: Launch): Promise<Launched> {
  const child = spawn("/bin/sh", ["-c", SUPERVISOR, "supervisor", ...command], {
    ...owner,
    cwd: directory,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  let log = "";
  let pid = "";
  child.stdout.on("data", (text) => (pid += String(text)));
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (text) => {
      log += String(text);
      if (isReady.test(log)) resolve();
    });
    child.once("close", () => reject(new Error(`${command[0]} did not start\n${log}`)));
  });
  // The test runner need not wait for it.
  child.unref();
  return {
    log: () => log,
    stop: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      if (signal !== undefined) process.kill(Number(pid), signal);
      // Whoever waits for its end must not end before.
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}

/** Debian's user of the server, or the one that owns nothing; when we are root. */
export function serverUser(): ServerUser {
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

/** Tells whether files must be given to that user. */
export function isOther(
  owner: ServerUser,
): owner is { readonly uid: number; readonly gid: number } {
  return "uid" in owner;
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freeServerPort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port is free");
  return address.port;
}
