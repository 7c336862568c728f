// Starts a server under test as a process of its own, with all its threads on one core.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FromServer, ToServer } from "./control.ts";

/** The core of the servers; the load generator has the other. */
const SERVER_CORE = "0";
const LOAD_CORE = "1";

/** What a server says of a slice. */
export interface SliceReport {
  /** 99th percentile of the event loop's delay, in milliseconds. */
  readonly delayP99: number;
  /** Processor time of all its threads, in microseconds. */
  readonly cpu: number;
  /** What it counted or measured itself. */
  readonly counted: readonly number[];
}

/** A server under test. */
export interface ServerProcess {
  readonly port: number;
  /** Starts a slice; answers fresh tokens when the server makes them. */
  start(): Promise<readonly string[] | undefined>;
  /** Ends a slice. */
  stop(): Promise<SliceReport>;
  end(): Promise<void>;
}

/** Moves this process to the other core. @throws Error when the machine cannot do that */
export function keepOffServerCore(): void {
  execFileSync("taskset", ["-acp", LOAD_CORE, String(process.pid)], { stdio: "ignore" });
}

/** Starts a server; `file` is relative to this folder. Default: all its threads on one core. */
export async function startServer(
  file: string,
  args: readonly string[],
  cores: string = SERVER_CORE,
): Promise<ServerProcess> {
  // The log goes to a file, as it would in production.
  const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-log-"));
  const log = openSync(join(folder, "log"), "w");
  const child = spawn(
    "taskset",
    [
      "-c",
      cores,
      process.execPath,
      "--conditions=latchkey-source",
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, file),
      ...args,
    ],
    {
      stdio: ["ignore", log, log, "ipc"],
      env: { ...process.env, NODE_ENV: "production" },
    },
  );
  closeSync(log);
  let tail = "";
  child.once("exit", () => {
    tail = readFileSync(join(folder, "log"), "latin1").slice(-2000);
    rmSync(folder, { recursive: true });
  });
  const name = (): string => `${file}: ${tail}`;
  const ready = await nextMessage(child, name);
  if (ready.kind !== "ready") throw new Error(`${file} did not start`);
  const ask = (message: ToServer): Promise<FromServer> => {
    const answer = nextMessage(child, name);
    child.send(message);
    return answer;
  };
  return {
    port: ready.port,
    async start() {
      const started = await ask("start");
      return started.kind === "started" ? started.tokens : undefined;
    },
    async stop() {
      const stopped = await ask("stop");
      if (stopped.kind !== "stopped") throw new Error(`${file} did not stop`);
      return stopped;
    },
    end: () =>
      new Promise((resolve) => {
        if (!child.connected) {
          resolve();
          return;
        }
        child.once("exit", () => resolve());
        child.send("end" satisfies ToServer);
      }),
  };
}

function nextMessage(child: ChildProcess, name: () => string): Promise<FromServer> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null): void => reject(new Error(`${name()} ended with ${code}`));
    child.once("exit", gone);
    child.once("message", (message: FromServer) => {
      child.off("exit", gone);
      resolve(message);
    });
  });
}
