// Known answers of RFC 4231, and both implementations against node:crypto for many lengths.

import { createHmac, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createMacState, HashedMac, NodeMac } from "./hmac.ts";

const hex = (text: string): Buffer => Buffer.from(text, "hex");
// RFC 4231 sections 4.2, 4.3, 4.4, 4.7 and 4.8, HMAC-SHA-256.
const ANSWERS: readonly (readonly [Buffer, Buffer, string])[] = [
  [
    Buffer.alloc(20, 0x0b),
    Buffer.from("Hi There"),
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  ],
  [
    Buffer.from("Jefe"),
    Buffer.from("what do ya want for nothing?"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  [
    Buffer.alloc(20, 0xaa),
    Buffer.alloc(50, 0xdd),
    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  ],
  [
    Buffer.alloc(131, 0xaa),
    Buffer.from("Test Using Larger Than Block-Size Key - Hash Key First"),
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  ],
  [
    Buffer.alloc(131, 0xaa),
    Buffer.from(
      "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
    ),
    "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
  ],
];

describe.each([
  ["HashedMac", HashedMac],
  ["NodeMac", NodeMac],
])("%s", (_name, Mac) => {
  test.each(ANSWERS)("RFC 4231", (key, data, expected) => {
    const mac = new Mac("sha256", key, 32);
    expect(mac.compute(data.toString("latin1"))).toBe(hex(expected).toString("base64url"));
  });

  test.each([
    ["sha256", 32],
    ["sha384", 48],
    ["sha512", 64],
  ] as const)("%s for keys and texts around every block length", (hash, bytes) => {
    for (const keyLength of [bytes, 63, 64, 65, 127, 128, 129, 200]) {
      const key = randomBytes(keyLength);
      const mac = new Mac(hash, key, bytes);
      for (const length of [0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1000, 20_000]) {
        const text = "x".repeat(length);
        const expected = createHmac(hash, key).update(text).digest("base64url");
        expect(mac.compute(text)).toBe(expected);
        expect(mac.matches(text, expected)).toBe(true);
        expect(mac.matches(`${text}y`, expected)).toBe(false);
      }
    }
  });

  test("a MAC in any other spelling does not match", () => {
    const mac = new Mac("sha256", randomBytes(32), 32);
    const right = mac.compute("text");
    const wide = String.fromCodePoint((right.codePointAt(0) ?? 0) + 0x100) + right.slice(1);
    for (const given of [
      "",
      right.slice(1),
      `${right}=`,
      `${right}A`,
      wide,
      `${wide.slice(0, 1)}${right.slice(2)}`,
      "é".repeat(43),
      right.toLowerCase().toUpperCase(),
    ]) {
      expect(mac.matches("text", given)).toBe(false);
    }
    expect(mac.matches("text", right)).toBe(true);
  });
});

test("the state is made for the runtime at hand and keeps nothing between texts", () => {
  const key = randomBytes(64);
  const mac = createMacState("sha512", key, 64);
  const [one, two] = ["one", "two"].map((text) => mac.compute(text));
  expect(mac.compute("one")).toBe(one);
  expect(mac.compute("two")).toBe(two);
  expect(one).not.toBe(two);
});
