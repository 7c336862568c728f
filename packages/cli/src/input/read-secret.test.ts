import { PassThrough, Readable } from "node:stream";
import { expect, test } from "vitest";
import { Failure } from "../output/failure.ts";
import { MAX_SECRET_BYTES, readSecret, type SecretOptions } from "./read-secret.ts";

function piped(bytes: string | Buffer): SecretOptions {
  return {
    input: Readable.from([Buffer.from(bytes)]),
    prompts: new PassThrough(),
    question: "Password",
  };
}

test.each([
  ["one line", "geheim ü\n", "geheim ü"],
  ["no line break", "geheim", "geheim"],
  ["a Windows line break", "geheim\r\nmore", "geheim"],
  ["spaces around", "  x  \n", "  x  "],
  ["a byte order mark is part of it", "\uFEFFx\n", "\uFEFFx"],
])("from standard input: %s", async (_name, text, secret) => {
  expect(await readSecret(piped(text))).toBe(secret);
});

test.each([
  ["nothing", ""],
  ["an empty first line", "\nsecond"],
  ["bytes that are not UTF-8", Buffer.from([0xc3, 0x28])],
  ["more than the limit", "a".repeat(MAX_SECRET_BYTES + 1)],
])("refused: %s", async (_name, bytes) => {
  await expect(readSecret(piped(bytes))).rejects.toBeInstanceOf(Failure);
});
