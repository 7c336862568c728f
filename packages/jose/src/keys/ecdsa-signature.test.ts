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
