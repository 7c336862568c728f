// The start suite: from the start of the process to its first answer, on nothing, on what the last run
// left, and on a million sessions; and what a server at rest holds in memory and on disk.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, type Plan } from "../interleave.ts";
import type { Suite } from "../main.ts";
import { createFixture } from "../refresh/fixture.ts";
import type { Row } from "../result.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const CLI = join(ROOT, "packages", "cli", "src", "main.ts");
const SESSIONS = 1_000_000;

/** Milliseconds between two questions whether the server answers. */
const PAUSE = 5;

/** Milliseconds after the first answer, before memory is looked at. */
const REST = 500;

interface Started {
  /** Milliseconds. */
  readonly ready: number;
  /** Bytes. */
  readonly resident: number;
}

async function measure(plan: Plan, report: (line: string) => void): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), "latchkey-start-"));
  try {
    const used = join(directory, "used");
    const large = join(directory, "large");
    mkdirSync(used);
    report("loading 1,000,000 sessions");
    mkdirSync(large);
    const keys = { directory: join(large, "keys") };
    await createFixture(join(large, "data"), { sessions: SESSIONS, tokens: 0 }, keys);
    await start(used);
    const figures = { first: [], second: [], large: [] } as Record<string, Started[]>;
    for (let round = 0; round < plan.rounds; round += 1) {
      const empty = join(directory, `empty-${round}`);
      mkdirSync(empty);
      figures["first"]?.push(await start(empty));
      figures["second"]?.push(await start(used));
      figures["large"]?.push(await start(large));
      rmSync(empty, { recursive: true });
      const line = Object.entries(figures).map(
        ([name, list]) => `${name} ${list.at(-1)?.ready.toFixed(0)} ms`,
      );
      report(`round ${round + 1} of ${plan.rounds}: ${line.join(", ")}`);
    }
    const of = (name: string, member: keyof Started): number =>
      median((figures[name] ?? []).map((started) => started[member]));
    const megabytes = (bytes: number): number => bytes / 1024 / 1024;
    return [
      row("first answer, first start of all", "ms", of("first", "ready"), null),
      row("first answer, later start", "ms", of("second", "ready"), 1000),
      row("first answer, 1,000,000 sessions", "ms", of("large", "ready"), 1000),
      row("memory at rest", "MiB", megabytes(of("second", "resident")), null),
      row("memory at rest, 1,000,000 sessions", "MiB", megabytes(of("large", "resident")), null),
      row("disk, nobody yet", "MiB", megabytes(sizeOf(join(used, "data"))), null),
      row(
        "disk, 1,000,000 sessions",
        "bytes/session",
        sizeOf(join(large, "data")) / SESSIONS,
        null,
      ),
    ];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function start(directory: string): Promise<Started> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [
      "--conditions=latchkey-source",
      "--disable-warning=ExperimentalWarning",
      CLI,
      "serve",
      `--port=${port}`,
      `--data=${join(directory, "data")}`,
      `--kek-dir=${join(directory, "keys")}`,
      "--log-level=silent",
    ],
    { stdio: "ignore", env: { ...process.env, NODE_ENV: "production" } },
  );
  const exit = once(child, "exit");
  try {
    await untilReady(child, port);
    const ready = performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, REST));
    return { ready, resident: residentOf(child) };
  } finally {
    child.kill("SIGTERM");
    await exit;
  }
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function sizeOf(directory: string): number {
  return readdirSync(directory)
    .map((name) => statSync(join(directory, name)).size)
    .reduce((sum, size) => sum + size, 0);
}

function row(name: string, unit: string, ours: number, atMost: number | null): Row {
  return {
    name,
    unit,
    ours,
    peers: {},
    limit: null,
    ratioToBestPeer: null,
    ratioToLimit: null,
    goal: atMost === null ? null : `<= ${atMost.toLocaleString("en")} ${unit}`,
    met: atMost === null ? null : ours <= atMost,
  };
}

/** The suite. */
export const startSuite: Suite = { packages: ["@latchkey/server"], measure };
