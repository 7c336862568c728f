// Hashing gives way to requests: the threads that hash have a lower priority, and no others.

import { readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { expect, onTestFinished, test, vi } from "vitest";
import { HASHING_NICENESS } from "../src/serving/lower-hashing-priority.ts";
import { makeDirectory, startServer } from "./start-cli.ts";

vi.setConfig({ testTimeout: 120_000 });

test.runIf(process.platform === "linux")("a server's hashes run behind its requests", async () => {
  const { path: directory, dispose } = await makeDirectory();
  onTestFinished(() => dispose());
  const server = await startServer([], { directory });
  const tasks = `/proc/${server.child.pid}/task`;
  const threads = readdirSync(tasks).map((id) => ({
    name: readFileSync(`${tasks}/${id}/comm`, "utf8").trim(),
    priority: getPriority(Number(id)),
  }));
  const workers = threads.filter(({ name }) => name.startsWith("libuv-worker"));
  const others = threads.filter(({ name }) => !name.startsWith("libuv-worker"));
  expect(workers.length).toBeGreaterThanOrEqual(4);
  expect(new Set(workers.map(({ priority }) => priority))).toEqual(new Set([HASHING_NICENESS]));
  expect(others.length).toBeGreaterThan(0);
  expect(others.every(({ priority }) => priority === getPriority())).toBe(true);
});
