import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { digestFile, readLines } from "./read-lines.ts";

async function fileOf(content: string | Buffer): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-lines-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, "file");
  await writeFile(file, content);
  return file;
}

async function linesOf(content: string | Buffer, maxLength = 10): Promise<(string | null)[]> {
  const lines: (string | null)[] = [];
  for await (const { text } of readLines(await fileOf(content), maxLength)) lines.push(text);
  return lines;
}

test.each([
  ["", []],
  ["a", ["a"]],
  ["a\n", ["a"]],
  ["a\n\nb", ["a", "", "b"]],
  ["\n", [""]],
  ["\uFEFFa\r\nb\r\n", ["a", "b"]],
  ["0123456789\n01234567890\nx", ["0123456789", null, "x"]],
  [`${"x".repeat(300_000)}\ny`, [null, "y"]],
  ["y\n" + "x".repeat(300_000), ["y", null]],
])("reads %#", async (content, lines) => {
  expect(await linesOf(content)).toEqual(lines);
});

test("characters that lie across two chunks stay whole", async () => {
  const line = "é🦆".repeat(20_000);
  expect(await linesOf(`x${line}\n${line}`, 100_000)).toEqual([`x${line}`, line]);
});

test("digests a file", async () => {
  const content = Buffer.alloc(200_000, 7);
  expect(await digestFile(await fileOf(content))).toEqual({
    digest: createHash("sha256").update(content).digest("base64url"),
    bytes: 200_000,
  });
});
