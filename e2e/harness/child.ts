// Real processes under test: started with the pinned Node, their output kept, stopped by id.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The repository's root, without a slash at the end. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** The Node that the repository pins, whichever one the machine has. */
export const node = `${root}/node_modules/.bin/node`;

/** Every process that this test file started, so that its output can be searched at the end. */
const started: Child[] = [];

/** A process and what it wrote. */
export interface Child {
  readonly process: ChildProcess;
  /** What the command is, for messages. */
  readonly label: string;
  stdout(): string;
  stderr(): string;
  /** Resolves with the exit code; null after a signal. */
  readonly exit: Promise<number | null>;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** How to start a process. */
export interface SpawnOptions {
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to a small environment; nothing of the test runner's own leaks in. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input, which is then closed. */
  readonly input?: string;
  /** Opens a channel for messages between the two processes. */
  readonly hasChannel?: boolean;
}

/** Starts a process. */
export function spawnChild(options: SpawnOptions): Child {
  const child = spawn(options.command, options.args, {
    cwd: options.cwd ?? root,
    env: {
      PATH: `${root}/node_modules/.bin:${process.env["PATH"] ?? ""}`,
      HOME: process.env["HOME"] ?? "/tmp",
      // Most of the start of a process is reading its sources.
      NODE_COMPILE_CACHE: `${root}/node_modules/.cache/latchkey/compiled`,
      ...options.env,
    },
    stdio: ["pipe", "pipe", "pipe", ...(options.hasChannel === true ? (["ipc"] as const) : [])],
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin?.on("error", () => {
    // The process ended without reading its input; its exit code says what there is to say.
  });
  child.stdin?.end(options.input ?? "");
  const exit = once(child, "close").then(([code]) => code as number | null);
  const result: Child = {
    process: child,
    label: options.label,
    stdout: () => stdout,
    stderr: () => stderr,
    exit,
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      return exit;
    },
  };
  started.push(result);
  return result;
}

/** Stops every process of this test file that still runs, each by its own id. */
export async function stopAll(): Promise<void> {
  await Promise.all(
    started.map(async (child) => {
      if (child.process.exitCode === null && child.process.signalCode === null) {
        await child.stop("SIGKILL");
      }
    }),
  );
}

/** Everything that the processes of this test file wrote. */
export function allOutput(): readonly { readonly label: string; readonly text: string }[] {
  return started.flatMap((child) => [
    { label: `${child.label} standard output`, text: child.stdout() },
    { label: `${child.label} standard error`, text: child.stderr() },
  ]);
}

/** Milliseconds that a start may take on a busy machine. */
const START_PATIENCE = 60_000;

/**
 * Waits for the line `{"event":"ready", ...}` on standard output.
 *
 * Rejects with the process's output when it ends or stays silent.
 */
export async function readyLine(
  child: Child,
  within = START_PATIENCE,
): Promise<Record<string, unknown>> {
  const find = (): Record<string, unknown> | undefined =>
    child
      .stdout()
      .split("\n")
      .slice(0, -1)
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .find((line) => line["event"] === "ready");
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      reject(new Error(`${child.label} ${why}\n${child.stdout()}\n${child.stderr()}`));
    };
    const timer = setTimeout(() => fail("was not ready in time"), within);
    child.process.once("close", () => fail("ended before it was ready"));
    const look = (): void => {
      const line = find();
      if (line === undefined) return;
      clearTimeout(timer);
      child.process.stdout?.off("data", look);
      resolve(line);
    };
    child.process.stdout?.on("data", look);
    look();
  });
}
