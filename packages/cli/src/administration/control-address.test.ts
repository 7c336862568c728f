import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  claimSocketPath,
  findSocketPath,
  MAX_SOCKET_PATH_BYTES,
  releaseSocketPath,
} from "./control-address.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "latchkey-test-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test("a short path is used as it is, and what a dead server left is cleared", async () => {
  await writeFile(join(root, "control.sock"), "");
  expect(await claimSocketPath(root)).toBe(join(root, "control.sock"));
  expect(await readdir(root)).toEqual([]);
  expect(await findSocketPath(root)).toBe(join(root, "control.sock"));
});

test("a long path is replaced by a private temporary one, named by control.json", async () => {
  const data = join(root, "d".repeat(MAX_SOCKET_PATH_BYTES));
  await mkdir(data);
  const path = await claimSocketPath(data);
  expect(Buffer.byteLength(path)).toBeLessThanOrEqual(MAX_SOCKET_PATH_BYTES);
  expect(await findSocketPath(data)).toBe(path);
  expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  expect((await stat(join(data, "control.json"))).mode & 0o777).toBe(0o600);
  await releaseSocketPath(data);
  expect(await readdir(data)).toEqual([]);
  await expect(stat(dirname(path))).rejects.toThrow("ENOENT");
});

test("a pointer that we did not write is not followed, and nothing it names is removed", async () => {
  const victim = join(root, "victim");
  await mkdir(victim);
  await writeFile(join(root, "control.json"), JSON.stringify({ socket: join(victim, "x") }));
  expect(await findSocketPath(root)).toBe(join(root, "control.sock"));
  await releaseSocketPath(root);
  expect(await readdir(root)).toEqual(["victim"]);
});
