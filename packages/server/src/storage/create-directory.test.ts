import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createDirectory } from "./create-directory.ts";

function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "latchkey-directory-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test("makes what is missing with the mode, and names the highest that it made", () => {
  const root = emptyDirectory();
  const deep = join(root, "a", "b", "c");
  expect(createDirectory(deep, 0o700)).toBe(join(root, "a"));
  for (const path of [join(root, "a"), join(root, "a", "b"), deep]) {
    expect(statSync(path).mode & 0o777).toBe(0o700);
  }
  expect(createDirectory(deep, 0o700)).toBeUndefined();
});

test("a parent that is a file, and a name that leads nowhere, are errors", () => {
  const root = emptyDirectory();
  writeFileSync(join(root, "file"), "");
  expect(() => createDirectory(join(root, "file", "x"), 0o700)).toThrow(/ENOTDIR/);
  symlinkSync(join(root, "nowhere", "at-all"), join(root, "dangling"));
  expect(() => createDirectory(join(root, "dangling"), 0o700)).toThrow(/EEXIST/);
});

// Node's own recursive mkdir never returns from such a place.
test.runIf(process.platform === "linux")("a parent that takes no directories is an error", () => {
  expect(() => createDirectory("/proc/latchkey", 0o700)).toThrow(/ENOENT/);
  expect(() => createDirectory("/proc/latchkey/deeper", 0o700)).toThrow(/ENOENT/);
});
