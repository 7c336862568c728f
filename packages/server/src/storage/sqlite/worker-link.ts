// The link to the worker thread, whichever one it is. A worker that dies unasked (out of memory, a
// defect of the engine) is replaced by a new one, with growing pauses: meanwhile every request is
// refused and readiness fails, and nothing that was acknowledged is lost, since the new worker opens
// the same file. Apart from open-sqlite.ts, which knows requests and nothing of threads.

import { statSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { DatabaseError } from "../database.ts";
import { DATABASE_FILE } from "./data-directory.ts";
import type { FromWorker, StoreAnswer, StoreRequest, ToWorker, WorkerOptions } from "./messages.ts";
import { AnswerReader, GroupPacker } from "./packing.ts";

/** Milliseconds before the second attempt to replace a dead worker; the first comes at once. */
export const REOPEN_PAUSE = 100;

/** Milliseconds between two attempts, at most: each doubles the pause. */
export const REOPEN_PAUSE_LIMIT = 5_000;

/** A worker that lived this many milliseconds was healthy: the next one comes at once again. */
export const HEALTHY_LIFE = 30_000;

/** Who hears of the worker. */
export interface WorkerEvents {
  onAnswers(answers: readonly StoreAnswer[], done: boolean): void;
  /** The worker is gone, or a new one could not start. Nobody is answered until `onBack`. */
  onLost(error: DatabaseError): void;
  /** A new worker has opened the store. */
  onBack(): void;
}

/** A way to the worker of the moment. */
export interface WorkerLink {
  /** Sends a group; without a worker it is dropped, as `onLost` has told. */
  send(requests: readonly StoreRequest[]): void;
  /** Moves the database's clock, of this worker and of those that follow. */
  setClockOffset(milliseconds: number): void;
  /** Lets the worker end what it was sent, and ends it. */
  close(): Promise<void>;
}

/**
 * Starts the worker.
 *
 * @throws DatabaseError when the first worker cannot open the store
 */
export async function openWorkerLink(
  options: WorkerOptions,
  events: WorkerEvents,
): Promise<WorkerLink> {
  const link = new Link(options, events);
  await link.open();
  return link;
}

class Link implements WorkerLink {
  readonly #events: WorkerEvents;
  #options: WorkerOptions;
  #worker: Worker | undefined;
  #packer = new GroupPacker();
  #starting: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pause = 0;
  #isClosed = false;
  #file: bigint | undefined;

  constructor(options: WorkerOptions, events: WorkerEvents) {
    this.#options = options;
    this.#events = events;
  }

  async open(): Promise<void> {
    this.#attach(await startWorker(this.#options));
    this.#file = inodeOf(this.#options.directory);
  }

  send(requests: readonly StoreRequest[]): void {
    this.#post({ kind: "group", group: this.#packer.pack(requests) });
  }

  #post(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
    this.#worker?.postMessage(message);
  }

  setClockOffset(clockOffset: number): void {
    this.#options = { ...this.#options, clockOffset };
    this.#post({ kind: "clock", offset: clockOffset });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#starting;
    const worker = this.#worker;
    if (worker === undefined) return;
    const exited = new Promise<void>((resolve) => {
      worker.once("exit", () => resolve());
    });
    this.#post({ kind: "close" });
    await exited;
  }

  #attach(worker: Worker): void {
    const bornAt = performance.now();
    let cause: unknown;
    this.#worker = worker;
    this.#packer = new GroupPacker();
    const reader = new AnswerReader();
    worker.on("message", (message: FromWorker) => {
      if (message.kind !== "answers") return;
      this.#events.onAnswers(reader.read(message.answers), message.done);
    });
    worker.on("error", (error) => {
      cause = error;
    });
    worker.once("exit", () => {
      this.#worker = undefined;
      this.#events.onLost(workerGone(cause));
      if (performance.now() - bornAt > HEALTHY_LIFE) this.#pause = 0;
      this.#reopenLater();
    });
  }

  #reopenLater(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#starting = this.#reopen();
    }, this.#pause);
    this.#pause = Math.min(REOPEN_PAUSE_LIMIT, Math.max(REOPEN_PAUSE, this.#pause * 2));
  }

  async #reopen(): Promise<void> {
    try {
      // The lock was free for a moment: a restore may have put another database in this place, and
      // what this process knows of the old one (keys, ledger) must not be used with it.
      if (inodeOf(this.#options.directory) !== this.#file) {
        throw new DatabaseError(
          "database_unavailable",
          "the database file was replaced under the running server: start the server again",
        );
      }
      const worker = await startWorker(this.#options);
      this.#attach(worker);
      if (!this.#isClosed) this.#events.onBack();
    } catch (error) {
      this.#events.onLost(error instanceof DatabaseError ? error : workerGone(error));
      this.#reopenLater();
    }
  }
}

function startWorker(options: WorkerOptions): Promise<Worker> {
  // From source this file is TypeScript and so is the worker; built, both are JavaScript.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
    workerData: options,
    execArgv: [],
  });
  return new Promise((resolve, reject) => {
    worker.once("message", (message: FromWorker) => {
      if (message.kind === "opened") resolve(worker);
      else if (message.kind === "refused") {
        reject(new DatabaseError(message.error.code, message.error.message));
      }
    });
    worker.once("error", (error) => reject(workerGone(error)));
    worker.once("exit", () => reject(workerGone()));
  });
}

// By path: the file itself is never opened here (see data-directory.ts on locks).
function inodeOf(directory: string): bigint | undefined {
  return statSync(join(directory, DATABASE_FILE), { bigint: true, throwIfNoEntry: false })?.ino;
}

function workerGone(cause?: unknown): DatabaseError {
  return new DatabaseError("database_unavailable", "the database worker ended", { cause });
}
