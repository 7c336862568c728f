// Keys that are well formed and weak: the broken generator of CVE-2017-15361 and the points of small
// order of Edwards curves. Made here. Attacks B4, B5 and C8.

import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { importJwk } from "../../src/index.ts";
import { b64, outcome } from "../forge.ts";

describe("B4 ROCA", () => {
  /** A modulus of the broken generator's form: a power of 65537 modulo the product of small primes. */
  const moduli = (): { roca: bigint; honest: bigint } => {
    const primes = [3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n, 43n, 47n, 53n, 59n];
    const more = [61n, 67n, 71n, 73n, 79n, 83n, 89n, 97n, 101n, 103n, 107n, 109n, 113n, 127n];
    const product = [...primes, ...more, 131n, 137n, 139n, 149n, 151n, 157n, 163n, 167n].reduce(
      (left, right) => left * right,
      1n,
    );
    let residue = 1n;
    for (let i = 0; i < 1234; i++) residue = (residue * 65_537n) % product;
    const base = (1n << 2047n) | BigInt(`0x${randomBytes(200).toString("hex")}`);
    const multiple = (base / product) * product;
    const roca = multiple + residue + (((multiple + residue) & 1n) === 0n ? product : 0n);
    return { roca, honest: roca + 2n };
  };

  test("is refused, its neighbour is not", () => {
    const { roca, honest } = moduli();
    const jwk = (n: bigint): object => ({
      kty: "RSA",
      alg: "RS256",
      e: "AQAB",
      n: b64(Buffer.from(n.toString(16), "hex")),
    });
    expect(roca.toString(2).length).toBe(2048);
    expect(outcome(() => importJwk(jwk(roca)))).toBe("key_invalid");
    expect(outcome(() => importJwk(jwk(honest)))).toBe("accepted");
  });
});

describe("C8 points of small order", () => {
  // The eight of Ed25519 (RFC 7748 section 6.1 has them as coordinates), and spellings above the prime.
  const POINTS = [
    `01${"00".repeat(31)}`,
    "00".repeat(32),
    `${"00".repeat(31)}80`,
    `ec${"ff".repeat(30)}7f`,
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    `01${"00".repeat(30)}80`,
    `ec${"ff".repeat(31)}`,
    `ed${"ff".repeat(30)}7f`,
    `ed${"ff".repeat(31)}`,
    `ee${"ff".repeat(30)}7f`,
    `ee${"ff".repeat(31)}`,
  ];

  test.each(POINTS)("Ed25519 %s", (point) => {
    const jwk = { kty: "OKP", crv: "Ed25519", x: b64(Buffer.from(point, "hex")), alg: "EdDSA" };
    expect(outcome(() => importJwk(jwk))).toBe("key_invalid");
  });

  test.each(["00", "01"])("Ed448 %s", (first) => {
    const x = b64(Buffer.from(first.padEnd(57 * 2, "0"), "hex"));
    const jwk = { kty: "OKP", crv: "Ed448", x, alg: "EdDSA" };
    expect(outcome(() => importJwk(jwk))).toBe("key_invalid");
    const minusOne = `fe${"ff".repeat(27)}fe${"ff".repeat(27)}00`;
    const other = { ...jwk, x: b64(Buffer.from(minusOne, "hex")) };
    expect(outcome(() => importJwk(other))).toBe("key_invalid");
    const beyond = { ...jwk, x: b64(Buffer.from(`${"ff".repeat(56)}00`, "hex")) };
    expect(outcome(() => importJwk(beyond))).toBe("key_invalid");
    const spilled = { ...jwk, x: b64(Buffer.from(`05${"00".repeat(55)}01`, "hex")) };
    expect(outcome(() => importJwk(spilled))).toBe("key_invalid");
  });
});
