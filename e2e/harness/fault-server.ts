// The parent's side of fault-server-main.ts: starts it, kills it, starts it again where it was, and
// owns its clock. Time stands still while the server is down, so that a slow machine is not taken for
// a client that was away for longer than the rotation window.

import { setTimeout as wait } from "node:timers/promises";
import { type Child, node, readyLine, root, spawnChild } from "./child.ts";
import { createDirectory } from "./directory.ts";

/** What the parent can ask for. */
export type FaultCommand = { readonly id: number } & (
  | { readonly kind: "clock"; readonly offset: number }
  | { readonly kind: "limit-pages"; readonly pages: number }
  | { readonly kind: "kill-worker" }
);

type Wish = FaultCommand extends infer Each
  ? Each extends unknown
    ? Omit<Each, "id">
    : never
  : never;

/** Starts that are tried: between two lives of a server another process may take its port. */
const START_ATTEMPTS = 20;

/** A server to be mistreated. */
export interface FaultServer {
  readonly url: string;
  readonly data: string;
  readonly kekDirectory: string;
  /** The process of the moment. */
  readonly child: Child;
  /** The server's time, in milliseconds. */
  now(): number;
  /** Moves the server's clocks; milliseconds, also backwards. */
  moveClock(milliseconds: number): Promise<void>;
  /** Kills the database's thread; resolves when it is dead. */
  killWorker(): Promise<void>;
  /** Lets the database have this many pages, at most. */
  limitPages(pages: number): Promise<void>;
  /** Ends the process: SIGKILL, or SIGTERM for a clean end. */
  stop(signal?: "SIGKILL" | "SIGTERM"): Promise<void>;
  /** Starts it where it was; `data` names another directory, `skipped` lets time pass meanwhile. */
  start(options?: { readonly data?: string; readonly skipped?: number }): Promise<void>;
}

/** Starts a server. */
export async function startFaultServer(
  options: { readonly data?: string } = {},
): Promise<FaultServer> {
  const server = new Server(
    options.data ?? (await createDirectory("data")),
    await createDirectory("kek"),
  );
  await server.start();
  return server;
}

class Server implements FaultServer {
  url = "";
  data: string;
  readonly kekDirectory: string;
  #child: Child | undefined;
  #offset = 0;
  #stoppedAt: number | undefined;
  #commands = 0;

  constructor(data: string, kekDirectory: string) {
    this.data = data;
    this.kekDirectory = kekDirectory;
  }

  get child(): Child {
    if (this.#child === undefined) throw new Error("the server was not started");
    return this.#child;
  }

  now(): number {
    return this.#stoppedAt ?? Date.now() + this.#offset;
  }

  async moveClock(milliseconds: number): Promise<void> {
    this.#offset += milliseconds;
    await this.#send({ kind: "clock", offset: this.#offset });
  }

  async killWorker(): Promise<void> {
    await this.#send({ kind: "kill-worker" });
  }

  async limitPages(pages: number): Promise<void> {
    await this.#send({ kind: "limit-pages", pages });
  }

  async stop(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    this.#stoppedAt = this.now();
    await this.child.stop(signal);
  }

  async start(options: { readonly data?: string; readonly skipped?: number } = {}): Promise<void> {
    this.data = options.data ?? this.data;
    if (this.#stoppedAt !== undefined) this.#stoppedAt += options.skipped ?? 0;
    for (let attempt = 1; ; attempt++) {
      const child = this.#spawn();
      try {
        this.url = String((await readyLine(child))["url"]);
        this.#child = child;
        break;
      } catch (error) {
        if (attempt === START_ATTEMPTS || !child.stderr().includes("EADDRINUSE")) throw error;
        await wait(100);
      }
    }
    if (this.#stoppedAt === undefined) return;
    // What the start took has not happened either.
    this.#offset = this.#stoppedAt - Date.now();
    this.#stoppedAt = undefined;
    await this.moveClock(0);
  }

  #spawn(): Child {
    return spawnChild({
      label: "fault server",
      command: node,
      args: [
        "--conditions=latchkey-source",
        `${root}/e2e/harness/fault-server-main.ts`,
        `--data=${this.data}`,
        `--kek-dir=${this.kekDirectory}`,
        `--port=${this.url === "" ? 0 : new URL(this.url).port}`,
        `--clock=${this.#stoppedAt === undefined ? this.#offset : this.#stoppedAt - Date.now()}`,
      ],
      env: { NODE_COMPILE_CACHE: `${root}/node_modules/.cache/compile` },
      hasChannel: true,
    });
  }

  async #send(wish: Wish): Promise<void> {
    const { process } = this.child;
    const id = this.#commands++;
    const answers = new Promise<void>((resolve, reject) => {
      const settle = (end: () => void): void => {
        process.off("message", onMessage);
        process.off("close", onClose);
        end();
      };
      const onMessage = (message: unknown): void => {
        if ((message as { done?: number }).done === id) settle(resolve);
      };
      const onClose = (): void => settle(() => reject(new Error("the server ended meanwhile")));
      process.on("message", onMessage);
      process.on("close", onClose);
    });
    process.send({ ...wish, id });
    await answers;
  }
}
