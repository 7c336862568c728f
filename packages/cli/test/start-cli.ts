// Starts the real command as a child process, as a shell would: the pinned Node on src/main.ts, in
// an empty directory of its own, with an environment that holds nothing of ours.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The environment of a command. As `npm start` does: compiling once is enough for all processes. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "",
  NODE_COMPILE_CACHE: fileURLToPath(
    new URL("../../../node_modules/.cache/compile", import.meta.url),
  ),
};

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** How a command is run. */
export interface RunOptions {
  readonly directory: string;
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a command came to. */
export interface Transcript {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An empty directory; `dispose` removes it, and ends what was started in it and still runs. */
export interface TestDirectory {
  readonly path: string;
  readonly dispose: () => Promise<void>;
}

const running = new Map<ChildProcessWithoutNullStreams, string>();

/** Makes an empty directory. */
export async function makeDirectory(): Promise<TestDirectory> {
  const path = await mkdtemp(join(tmpdir(), "latchkey-cli-"));
  return {
    path,
    dispose: async () => {
      const left = [...running].filter(([, directory]) => directory === path);
      const ended = Promise.all(left.map(([child]) => once(child, "close")));
      for (const [child] of left) child.kill("SIGKILL");
      await ended;
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Starts a command and leaves it running. */
export function startCli(
  args: readonly string[],
  options: RunOptions,
): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, ["--conditions=latchkey-source", main, ...args], {
    cwd: options.directory,
    env: { ...ENVIRONMENT, ...options.environment },
    stdio: "pipe",
  });
  running.set(child, options.directory);
  child.once("close", () => running.delete(child));
  return child;
}

/** Runs a command to its end. */
export async function runCli(args: readonly string[], options: RunOptions): Promise<Transcript> {
  const child = startCli(args, options);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout: stdout(), stderr: stderr() };
}

/** A server that is ready. */
export interface RunningServer {
  readonly child: ChildProcessWithoutNullStreams;
  /** The `ready` event. */
  readonly ready: Readonly<Record<string, unknown>>;
  readonly url: string;
  /** Everything on standard output, and on standard error, so far. */
  stdout(): string;
  stderr(): string;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `serve --json --port 0` and waits until it is ready. */
export async function startServer(
  args: readonly string[],
  options: RunOptions,
): Promise<RunningServer> {
  const child = startCli(["serve", "--json", "--port", "0", ...args], options);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const closed = once(child, "close") as Promise<[number | null]>;
  const first = once(createInterface({ input: child.stdout }), "line") as Promise<[string]>;
  const line = await Promise.race([first.then(([text]) => text), closed.then(() => undefined)]);
  const ready = JSON.parse(line ?? "{}") as Record<string, unknown>;
  if (ready["event"] !== "ready") {
    await closed;
    throw new Error(`the server did not start:\n${stdout()}${stderr()}`);
  }
  return {
    child,
    ready,
    url: String(ready["url"]),
    stdout,
    stderr,
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      return (await closed)[0];
    },
  };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}
