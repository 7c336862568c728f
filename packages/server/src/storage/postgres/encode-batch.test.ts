// What is sent is read back as the server reads it: by the lengths that it names. That a real server
// understands it is what storage/conformance shows.

import * as fc from "fast-check";
import { expect, it } from "vitest";
import { encodeBatch, type EncodedStatement } from "./encode-batch.ts";

interface Message {
  readonly letter: string;
  readonly body: Buffer;
}

function readMessages(bytes: Buffer): readonly Message[] {
  const messages: Message[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = bytes.readInt32BE(at + 1);
    messages.push({
      letter: bytes.toString("latin1", at, at + 1),
      body: bytes.subarray(at + 5, at + 1 + length),
    });
    at += 1 + length;
  }
  expect(at).toBe(bytes.length);
  return messages;
}

/** The statement's name and values in a Bind. */
function readBind(body: Buffer): { readonly name: string; readonly values: unknown[] } {
  expect(body[0]).toBe(0);
  const end = body.indexOf(0, 1);
  const name = body.toString("utf8", 1, end);
  const count = body.readUInt16BE(end + 1);
  const formats = Array.from({ length: count }, (_, n) => body.readUInt16BE(end + 3 + 2 * n));
  let at = end + 3 + 2 * count;
  expect(body.readUInt16BE(at)).toBe(count);
  at += 2;
  const values = formats.map((format) => {
    const length = body.readInt32BE(at);
    at += 4;
    if (length < 0) return null;
    const value = body.subarray(at, at + length);
    at += length;
    return format === 0 ? value.toString("utf8") : value;
  });
  expect(body.readUInt16BE(at)).toBe(0);
  expect(at + 2).toBe(body.length);
  return { name, values };
}

const value = fc.oneof(
  fc.constant(null),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);
const statement: fc.Arbitrary<EncodedStatement> = fc.record({
  name: fc.stringMatching(/^[a-zA-Z0-9_-]{0,24}$/),
  text: fc.option(
    fc.string({ unit: "grapheme", maxLength: 60 }).filter((s) => !s.includes("\0")),
    {
      nil: undefined,
    },
  ),
  types: fc.array(fc.constantFrom(0, 20, 701), { maxLength: 6 }),
  values: fc.array(value, { maxLength: 6 }),
  returnsRows: fc.boolean(),
});

it("holds each statement, its values, and one Sync at the end", () => {
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 5 }), (statements) => {
      const messages = readMessages(encodeBatch(statements));
      const letters = statements.map(
        ({ text, returnsRows }) => `${text === undefined ? "" : "P"}B${returnsRows ? "D" : ""}E`,
      );
      expect(messages.map(({ letter }) => letter).join("")).toBe(`${letters.join("")}S`);
      const binds = messages
        .filter(({ letter }) => letter === "B")
        .map(({ body }) => readBind(body));
      expect(binds).toEqual(statements.map(({ name, values }) => ({ name, values })));
      const parses = messages.filter(({ letter }) => letter === "P").map(({ body }) => body);
      const prepared = statements.filter(({ text }) => text !== undefined);
      for (const [index, { name, text, types }] of prepared.entries()) {
        const body = parses[index] ?? Buffer.alloc(0);
        expect(body.toString("utf8", 0, body.length - 2 - 4 * types.length)).toBe(
          `${name}\0${text}\0`,
        );
        expect(body.readUInt16BE(body.length - 2 - 4 * types.length)).toBe(types.length);
      }
    }),
  );
});
