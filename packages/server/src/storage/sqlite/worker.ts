// The worker thread that owns the connection. It opens the directory, then answers groups one
// after another: here a blocking fsync blocks nobody else.

import { parentPort, workerData } from "node:worker_threads";
import { DatabaseError } from "../database.ts";
import { Connection } from "./connection.ts";
import { type DataDirectory, openDataDirectory } from "./data-directory.ts";
import { openingFailure } from "./failure.ts";
import type {
  FromWorker,
  StoreFailure,
  StoreRequest,
  ToWorker,
  WorkerAnswer,
  WorkerOptions,
} from "./messages.ts";
import { migrate } from "./migrate.ts";
import { AnswerPacker, GroupReader } from "./packing.ts";
import { runReads, runWrites } from "./run-group.ts";

interface Store {
  readonly connection: Connection;
  readonly directory: DataDirectory;
}

function post(message: FromWorker): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(message);
}

function openStore(options: WorkerOptions): Store {
  const directory = openDataDirectory(options.directory);
  try {
    const connection = new Connection(directory.file, options);
    try {
      migrate(connection, options.migrations);
      return { connection, directory };
    } catch (cause) {
      connection.close();
      throw cause;
    }
  } catch (cause) {
    directory.release();
    throw cause;
  }
}

const reader = new GroupReader();
const packer = new AnswerPacker();

function postAnswers(answers: readonly WorkerAnswer[], done: boolean): void {
  post({ kind: "answers", answers: packer.pack(answers), done });
}

function answerGroup(connection: Connection, requests: readonly StoreRequest[]): void {
  const reads = requests.filter((request) => request.kind === "read");
  const writes = requests.filter((request) => request.kind === "write");
  const rows = runReads(connection, reads);
  if (writes.length === 0) {
    postAnswers(rows, true);
    return;
  }
  if (rows.length > 0) postAnswers(rows, false);
  postAnswers(runWrites(connection, writes), true);
}

function serve(store: Store, message: ToWorker): void {
  switch (message.kind) {
    case "group":
      return answerGroup(store.connection, reader.read(message.group));
    case "clock":
      return store.connection.setClockOffset(message.offset);
    case "close":
      store.connection.close();
      store.directory.release();
      post({ kind: "closed" });
      parentPort?.close();
  }
}

function failureOf(cause: unknown): StoreFailure {
  return cause instanceof DatabaseError
    ? { code: cause.code, message: cause.message }
    : openingFailure(cause);
}

try {
  // workerData is untyped; open-sqlite.ts is the only one that starts this file.
  const store = openStore(workerData as WorkerOptions);
  parentPort?.on("message", (message: ToWorker) => serve(store, message));
  post({ kind: "opened" });
} catch (cause) {
  post({ kind: "refused", error: failureOf(cause) });
}
