// What a signer may put into a header of its own: nothing that speaks against its key. Found missing by
// mutation testing.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  importSecret,
  type JsonObject,
  type Key,
  signCompact,
  signDetached,
  signFlattened,
  signJwt,
  verifyDetached,
} from "../../src/index.ts";
import { outcome } from "../forge.ts";

const secret = randomBytes(32);
const named = importSecret(secret, { alg: "HS256", kid: "one" });
const nameless = importSecret(secret, { alg: "HS256" });
const payload = Buffer.from("payload");
const headerOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());

const SIGNERS: readonly (readonly [string, (key: Key, header: JsonObject) => string])[] = [
  ["compact", (key, header) => signCompact(payload, key, { header })],
  ["detached", (key, header) => signDetached(payload, key, { header })],
  ["unencoded", (key, header) => signDetached(payload, key, { header, unencoded: true })],
  ["JSON", (key, header) => `${signFlattened(payload, key, { header }).protected}..`],
];

describe.each(SIGNERS)("%s", (_name, signWith) => {
  test("carries the key's name and what the caller adds", () => {
    expect(headerOf(signWith(named, { cty: "text", x: [1] }))).toMatchObject({
      alg: "HS256",
      kid: "one",
      cty: "text",
      x: [1],
    });
    expect(headerOf(signWith(nameless, {}))).not.toHaveProperty("kid");
    expect(headerOf(signWith(nameless, { kid: "two" }))).toHaveProperty("kid", "two");
    // Equal is no contradiction.
    expect(headerOf(signWith(named, { alg: "HS256", kid: "one" }))).toHaveProperty("kid", "one");
  });

  test.each([
    { alg: "none" },
    { alg: "HS512" },
    { kid: "two" },
    { kid: 5 },
    { crit: ["x"] },
    { b64: true },
    { jwk: { kty: "oct", k: "AAAA" } },
    { toJSON: 1 },
    { x: Number.NaN },
    { x: { y: () => 1 } },
    [],
    ["x"],
  ])("refuses %j", (header) => {
    expect(outcome(() => signWith(named, header as never))).toBe("TypeError");
  });

  test.each([{ kid: 5 }, { typ: 5 }, { cty: 5 }, { cty: null }])("refuses %j", (header) => {
    expect(outcome(() => signWith(nameless, header as never))).toBe("TypeError");
  });

  test("takes what looks close to them", () => {
    for (const header of [{ typ: "x" }, { cty: "x" }, { x: 5 }, { x: null }, { key: "K" }]) {
      expect(headerOf(signWith(nameless, header))).toMatchObject(header);
    }
  });
});

test("a public key may travel, a private one not", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const sign = (jwk: unknown): string =>
    outcome(() => signCompact(payload, named, { header: { jwk } as never }));
  expect(sign(publicKey.export({ format: "jwk" }))).toBe("accepted");
  expect(sign(privateKey.export({ format: "jwk" }))).toBe("TypeError");
});

test("an unencoded payload is marked as such, whoever signs", () => {
  for (const key of [named, nameless]) {
    const token = signDetached(payload, key, { unencoded: true });
    const { header } = verifyDetached(token, payload, key);
    expect(header).toEqual({
      alg: "HS256",
      b64: false,
      crit: ["b64"],
      ...(key.kid === undefined ? {} : { kid: key.kid }),
    });
  }
});

test("claims are an object even where a function looks like one", () => {
  const bare: unknown = Object.setPrototypeOf(() => 1, null);
  expect(outcome(() => signJwt(bare as never, named))).toBe("TypeError");
});
