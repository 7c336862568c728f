// Our conversion against node:crypto's own, for many signatures of each curve.

import { createECDH, generateKeyPairSync, sign, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { curveOf, type EcCurve } from "../curves.ts";
import { joinSignature, splitSignature } from "./ecdsa-signature.ts";

describe.each(["P-256", "P-384", "P-521", "secp256k1"] as const)("%s", (name) => {
  const curve = curveOf(name) as EcCurve;
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: curve.nodeName });

  test("split and join", () => {
    for (let i = 0; i < 100; i++) {
      const input = Buffer.from(`input ${i}`);
      const der = sign("sha256", input, privateKey);
      const wire = splitSignature(der, curve);
      expect(wire.length).toBe(curve.bytes * 2);
      expect(verify("sha256", input, { key: publicKey, dsaEncoding: "ieee-p1363" }, wire)).toBe(
        true,
      );
      expect(joinSignature(wire, curve)?.equals(der)).toBe(true);
    }
  });

  test("small and large halves become the shortest DER and come back", () => {
    const order = BigInt(`0x${Buffer.from(curve.order).toString("hex")}`);
    const values = [1n, 0x7fn, 0x80n, 0xffn, 0x100n, 0x8000n, order - 1n, order >> 1n, order >> 9n];
    const half = (value: bigint): Buffer =>
      Buffer.from(value.toString(16).padStart(curve.bytes * 2, "0"), "hex");
    for (const r of values) {
      for (const s of values) {
        const wire = Buffer.concat([half(r), half(s)]);
        const der = joinSignature(wire, curve);
        expect(der === undefined ? undefined : splitSignature(der, curve)).toEqual(wire);
      }
    }
    for (const bad of [0n, order, order + 1n, 2n ** BigInt(curve.bytes * 8) - 1n]) {
      expect(joinSignature(Buffer.concat([half(bad), half(1n)]), curve)).toBeUndefined();
      expect(joinSignature(Buffer.concat([half(1n), half(bad)]), curve)).toBeUndefined();
    }
  });

  test("the order is the curve's: the largest private key is one below it", () => {
    const order = BigInt(`0x${Buffer.from(curve.order).toString("hex")}`);
    const scalar = (value: bigint): Buffer =>
      Buffer.from(value.toString(16).padStart(curve.bytes * 2, "0"), "hex");
    const ecdh = createECDH(curve.nodeName);
    ecdh.setPrivateKey(scalar(order - 1n));
    expect(() => ecdh.setPrivateKey(scalar(order))).toThrow(/[Pp]rivate key/);
  });
});

test("DER is short up to 127 bytes and long from 128 on", () => {
  const curve = curveOf("P-521") as EcCurve;
  const half = (digits: number): Buffer =>
    Buffer.concat([Buffer.alloc(curve.bytes - digits), Buffer.alloc(digits, 0x11)]);
  const der = (digits: number): Buffer | undefined =>
    joinSignature(Buffer.concat([half(61), half(digits)]), curve);
  expect([...(der(62)?.subarray(0, 3) ?? [])]).toEqual([0x30, 127, 0x02]);
  expect([...(der(63)?.subarray(0, 4) ?? [])]).toEqual([0x30, 0x81, 128, 0x02]);
});

test("a half beyond the order in one digit in its middle is out of range", () => {
  const curve = curveOf("P-256") as EcCurve;
  const one = Buffer.concat([Buffer.alloc(31), Buffer.of(1)]);
  // The order starts with ffffffff 00000000.
  const beyond = Buffer.from(`ffffffff00000001${"00".repeat(24)}`, "hex");
  expect(joinSignature(Buffer.concat([beyond, one]), curve)).toBeUndefined();
  expect(joinSignature(Buffer.concat([one, beyond]), curve)).toBeUndefined();
});
