#!/usr/bin/env node
// The `latchkey` command. Sets the size of libuv's thread pool before anything uses it (hashing a
// password occupies a thread, and four are few), and where compiled code is kept before more is loaded.

import { availableParallelism } from "node:os";
import { keepCompiledCode } from "./compile-cache.ts";

// The first with SQLite, Argon2 and type stripping all built in.
const OLDEST_NODE = [24, 7] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  process.stderr.write(
    `latchkey needs Node ${OLDEST_NODE.join(".")} or newer; this is ${process.versions.node}.\n`,
  );
  process.exit(1);
}

process.env["UV_THREADPOOL_SIZE"] ??= String(Math.max(4, 2 * availableParallelism()));

// A reader that went away (`latchkey users list | head`) is no defect to report.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

keepCompiledCode(process.env);

// Loaded after the size is set, and through the cache.
const { run } = await import("./run.ts");
await run(process);
