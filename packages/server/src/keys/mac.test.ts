import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createMac, MAC_BYTES } from "./mac.ts";

it("computes what RFC 4231 section 4.2 and 4.3 say", () => {
  const first = createMac(Buffer.alloc(20, 0x0b))(Buffer.from("Hi There"));
  expect(first.toString("hex")).toBe(
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  );
  const second = createMac(Buffer.from("Jefe"))(Buffer.from("what do ya want for nothing?"));
  expect(second.toString("hex")).toBe(
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

it("computes what node:crypto does, for any key up to a block and any message", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.uint8Array({ maxLength: 200 }),
      (key, text) => {
        const mac = createMac(key)(text);
        expect(mac).toHaveLength(MAC_BYTES);
        expect(mac).toEqual(createHmac("sha256", key).update(text).digest());
      },
    ),
  );
});

it("does not depend on the bytes of the key after it was made", () => {
  const key = Buffer.alloc(32, 7);
  const mac = createMac(key);
  const before = mac(Buffer.from("message"));
  key.fill(0);
  expect(mac(Buffer.from("message"))).toEqual(before);
});

it("refuses a key that would have to be hashed first", () => {
  expect(() => createMac(new Uint8Array(65))).toThrow(TypeError);
});
