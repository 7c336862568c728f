import { expect, test } from "vitest";
import { createIdentifier, IDENTIFIER_BYTES, isIdentifier } from "./identifiers.ts";

test("an identifier is 16 bytes in canonical base64url", () => {
  const identifier = createIdentifier();
  expect(isIdentifier(identifier)).toBe(true);
  expect(Buffer.from(identifier, "base64url")).toHaveLength(IDENTIFIER_BYTES);
  expect(createIdentifier()).not.toBe(identifier);
});

test.each([
  "",
  "A".repeat(21),
  "A".repeat(23),
  `${"A".repeat(21)}B`, // a second spelling of 22 times A
  `${"A".repeat(21)}=`,
  `${"A".repeat(20)}+A`,
  `${"A".repeat(21)}A\n`,
  `${"A".repeat(20)}/A`,
  `${"A".repeat(20)} A`,
  "__proto__",
  null,
  undefined,
  22,
  ["A".repeat(22)],
])("%j is none", (value) => {
  expect(isIdentifier(value)).toBe(false);
});

test.each(["A", "Q", "g", "w"])("the last character may be %s", (last) => {
  expect(isIdentifier("A".repeat(21) + last)).toBe(true);
});
