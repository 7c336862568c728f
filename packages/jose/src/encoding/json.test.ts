// The strict reader by itself; attacks through it are in test/attacks.

import { describe, expect, test } from "vitest";
import { JoseError } from "../error.ts";
import { parseJsonObject } from "./json.ts";

const parse = (text: string): unknown => parseJsonObject(Buffer.from(text));
const REFUSED = expect.objectContaining({ name: "JoseError", code: "json_invalid" });

describe("reads", () => {
  test.each([
    "{}",
    ' {"a":1} ',
    '{"a":{"a":{"a":[{"a":1},{"a":2}]}}}',
    '{"a":"\\"","b":"\\\\","c":"\\\\\\"","d":":{}[],"}',
    '{"":0,"0":1,"1":{"0":2}}',
    '{"a":1e308,"b":-1.5E-10,"c":0}',
    '{"é":"😀","\\ud83d\\ude00":1}',
    '{"a":[[],[[]],{},[{}]]}',
    '{"constructor":1,"toString":2,"hasOwnProperty":3,"valueOf":4}',
    '{"a":null,"b":true,"c":false}',
  ])("%s", (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  test("any Uint8Array, also a view into a larger buffer", () => {
    const bytes = new TextEncoder().encode('xx{"a":1}yy');
    expect(parseJsonObject(bytes.subarray(2, 9))).toEqual({ a: 1 });
  });
});

describe("refuses", () => {
  test.each([
    "",
    "x",
    "[]",
    "null",
    '"a"',
    "1",
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":1}',
    '{"a":{"b":1,"b":2}}',
    '{"a":[{"b":1,"b":2}]}',
    '{"__proto__":1}',
    '{"a":{"__proto__":1}}',
    '{"a":1e999}',
    '{"a":[-1e999]}',
    '{"a":"\\ud800"}',
    '{"\\udfff":1}',
    '{"a":1}}',
    '{"a":1',
    '{"a":"',
    '{"a":"\\',
    '{"a" 1}',
    "{]",
    '{"a":1}\u0000',
    '{"a":"\u0000"}',
    "\uFEFF{}",
    `{"a":${"[".repeat(32)}${"]".repeat(32)}}`,
    "]".repeat(100),
  ])("%j", (text) => {
    expect(() => parse(text)).toThrow(REFUSED);
  });

  test("what is not UTF-8, and what is not bytes", () => {
    expect(() => parseJsonObject(Buffer.from([0x7b, 0xff, 0x7d]))).toThrow(REFUSED);
    expect(() => parseJsonObject("{}" as never)).toThrow(TypeError);
    expect(() => parseJsonObject(undefined as never)).toThrow(TypeError);
  });

  test("without quoting what it read", () => {
    const text = '{"password":"hunter2hunter2",}';
    expect(() => parse(text)).toThrow(
      new JoseError("json_invalid", "JSON refused: the text is not JSON"),
    );
  });
});
