// What a name from a user, or a detail of the audit log, may do to the terminal it is printed on:
// nothing. O5 of the catalogue.

import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { createOutput } from "./output.ts";

// ESC, CSI and OSC as one character, DEL, a reversal of direction, two line separators, an invisible
// tag beyond the BMP.
const HOSTILE = "a\u001b[2J\u009b31m\u009d0;x\u0007\u007f\u0085\u202eb\u2028\u2029\u{e0041}\r";
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function open() {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const output = createOutput({ stdout, stderr });
  return { output, read: () => `${stdout.read() ?? ""}${stderr.read() ?? ""}` };
}

test("O5: JSON names every control character instead of holding it, and reads back the same", () => {
  const { output, read } = open();
  output.json({ name: HOSTILE, [HOSTILE]: [HOSTILE, "\u{1f600}"] });
  const text = read();
  expect(text.endsWith("\n")).toBe(true);
  expect(text.slice(0, -1)).not.toMatch(CONTROL);
  expect(text).toContain("\\u009b31m");
  expect(text).toContain("\u{1f600}");
  expect(JSON.parse(text)).toEqual({ name: HOSTILE, [HOSTILE]: [HOSTILE, "\u{1f600}"] });
});

test.each(["line", "error"] as const)("O5: text shows none of them: %s", (verb) => {
  const { output, read } = open();
  output[verb](`name ${HOSTILE}\nand\ta second line: \u00e9 \u{1f600}`);
  const text = read();
  expect(text.replaceAll(/[\n\t]/g, "")).not.toMatch(CONTROL);
  expect(text).toContain("a\uFFFD[2J\uFFFD31m");
  expect(text.endsWith("\nand\ta second line: \u00e9 \u{1f600}\n")).toBe(true);
});
