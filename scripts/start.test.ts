// `npm start` as a child process: the server it starts, its arguments, its signals and its end.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const script = fileURLToPath(new URL("start.mjs", import.meta.url));

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "latchkey-start-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test("starts the server with its arguments, forwards a signal, ends with its exit code", async () => {
  const child = spawn(process.execPath, [script, "--port", "0", "--json"], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stderr.resume();
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, "line")) as [string];
  const ready = JSON.parse(line) as { event: string; url: string };
  expect(ready.event).toBe("ready");
  expect((await fetch(`${ready.url}/healthz`)).status).toBe(200);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("a server that does not start: its message and its exit code", async () => {
  const child = spawn(process.execPath, [script, "--port", "x"], { cwd: directory });
  const chunks: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  expect(await once(child, "close")).toEqual([1, null]);
  expect(Buffer.concat(chunks).toString()).toMatch(/^latchkey: config_invalid: --port must be /);
});
