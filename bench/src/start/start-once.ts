// One start of `latchkey serve` as a process, on the directories `data` and `keys` of a folder: how long
// until it answers, how much processor time that took, and what it holds in memory then.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { cpus } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const CLI = join(ROOT, "packages", "cli");

/**
 * What is started: the built package as it is installed, which keeps compiled code itself, or the sources
 * as `npm start` runs them, with the cache that it names (scripts/start.mjs).
 */
export type Program = "built" | "sources";

/** Milliseconds between two questions whether the server answers. */
const PAUSE = 5;

/** Milliseconds after the first answer, before memory is looked at. */
const REST = 300;

/** What was seen. */
export interface Started {
  /** Milliseconds. */
  readonly ready: number;
  /** Milliseconds of processor time until then, of all threads. */
  readonly processor: number;
  /** Bytes. */
  readonly resident: number;
}

/**
 * Starts the server, waits for its first answer, looks at its memory, and stops it.
 *
 * @param cache - a directory for compiled code; an empty one makes it a first start
 */
export async function startOnce(
  program: Program,
  directory: string,
  cache: string,
): Promise<Started> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(
    "taskset",
    [
      // All cores, whatever this process keeps to.
      "-c",
      `0-${cpus().length - 1}`,
      process.execPath,
      "--disable-warning=ExperimentalWarning",
      ...(program === "built"
        ? [join(CLI, "dist", "main.js")]
        : ["--conditions=latchkey-source", join(CLI, "src", "main.ts")]),
      "serve",
      `--port=${port}`,
      `--data=${join(directory, "data")}`,
      `--kek-dir=${join(directory, "keys")}`,
      "--log-level=silent",
    ],
    { stdio: "ignore", env: environmentOf(program, cache) },
  );
  const exit = once(child, "exit");
  try {
    await untilReady(child, port);
    const ready = performance.now() - began;
    const processor = processorOf(child);
    await new Promise((resolve) => setTimeout(resolve, REST));
    return { ready, processor, resident: residentOf(child) };
  } finally {
    child.kill("SIGTERM");
    await exit;
  }
}

function environmentOf(program: Program, cache: string): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  delete environment["NODE_COMPILE_CACHE"];
  delete environment["NODE_DISABLE_COMPILE_CACHE"];
  const where = program === "built" ? "XDG_CACHE_HOME" : "NODE_COMPILE_CACHE";
  return { ...environment, NODE_ENV: "production", [where]: cache };
}

async function untilReady(child: ChildProcess, port: number): Promise<void> {
  while (child.exitCode === null) {
    try {
      if ((await fetch(`http://127.0.0.1:${port}/readyz`)).ok) return;
    } catch {
      // It does not listen yet.
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  throw new Error(`the server ended with ${child.exitCode}`);
}

function residentOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

// Linux counts in hundredths of a second. The name before the parenthesis may hold anything.
function processorOf({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Bytes of the files of a folder. */
export function sizeOf(directory: string): number {
  return readdirSync(directory)
    .map((name) => statSync(join(directory, name)).size)
    .reduce((sum, size) => sum + size, 0);
}
