import { PassThrough, Readable } from "node:stream";
import { describe, expect, test } from "vitest";
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

describe("on a terminal", () => {
  async function typed(keys: readonly string[]): Promise<{ shown: string; secret: unknown }> {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const prompts = new PassThrough();
    let shown = "";
    const left = [...keys];
    prompts.on("data", (chunk: Buffer) => {
      shown += chunk.toString();
      const next = chunk.toString().endsWith(": ") ? left.shift() : undefined;
      if (next !== undefined) input.write(next);
    });
    const options = { input, prompts, question: "Password", isNew: true };
    const secret = await readSecret(options).catch((error: unknown) => error);
    return { shown, secret };
  }

  test("asked twice, never shown", async () => {
    const { shown, secret } = await typed(["geheim ü\r", "geheim ü\r"]);
    expect(secret).toBe("geheim ü");
    expect(shown).toBe("Password: \nPassword again: \n");
  });

  test.each([
    ["two that differ", ["one\r", "two\r"], "The two do not match."],
    ["an empty one", ["\r"], "Password is empty."],
    ["Ctrl-C", ["gehe\u0003"], "Cancelled."],
    ["the end of input", ["\u0004"], "Cancelled."],
  ])("refused: %s", async (_name, keys, message) => {
    const { secret } = await typed(keys);
    expect(secret).toBeInstanceOf(Failure);
    expect((secret as Failure).message).toBe(message);
  });
});
