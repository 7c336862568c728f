// What the catalogue asks of the source itself, and of what the types and arguments let through:
// attacks C4, C9, C11, F7, F8, J7, J8 and J9.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  decodeBase64url,
  decodeJwtUnverified,
  encodeBase64url,
  importSecret,
  signJwt,
  type VerifiedToken,
  verifyJwt,
} from "../../src/index.ts";
import { outcome } from "../forge.ts";

const root = join(import.meta.dirname, "../../src");
const sources = globSync("**/*.ts", { cwd: root })
  .filter((path) => !path.endsWith(".test.ts"))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
const filesWith = (pattern: RegExp): string[] =>
  sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

const secret = Buffer.from("c2b1a7f09e8d4c3b2a1908f7e6d5c4b3", "latin1");
const key = importSecret(secret, { alg: "HS256" });
const CLAIMS = { sub: "user", exp: 4_000_000_000 };

describe("C4 comparison in constant time", () => {
  // Equality of something called MAC, tag, digest or signature, other than of its length.
  const UNSAFE =
    /\b(?:mac|tag|digest|signature)\b\s*(?:===|!==)(?!\s*(?:undefined|"))|\.equals\((?:mac|tag|digest|signature)/i;

  test("MACs and tags are compared by timingSafeEqual only", () => {
    expect(filesWith(UNSAFE)).toEqual([]);
    expect(filesWith(/timingSafeEqual\(/).toSorted()).toEqual([
      "jwe/content.ts",
      "jwe/key-management/aes-key-wrap.ts",
      "keys/hmac.ts",
      "keys/primitive.ts",
    ]);
  });

  test("the search finds what it is for", () => {
    expect(UNSAFE.test("if (tag === given) return")).toBe(true);
    expect(UNSAFE.test("return computed.equals(mac)")).toBe(true);
    expect(UNSAFE.test("if (signature.length !== 64) return")).toBe(false);
  });
});

test("C9 a key cannot be a function of the token: callbacks and promises are no keys", () => {
  const token = signJwt(CLAIMS, key);
  for (const resolver of [() => key, () => Promise.resolve(key), Promise.resolve(key)]) {
    expect(outcome(() => verifyJwt(token, resolver as never, {}))).toBe("TypeError");
  }
});

test("C11 what decodes is not what verifies: the types do not mix", () => {
  const use = (token: VerifiedToken): unknown => token.claims.sub;
  const token = signJwt(CLAIMS, key);
  const decoded = decodeJwtUnverified(token);
  // @ts-expect-error A decoded token is no verified one.
  expect(use(decoded)).toBe("user");
  expect(use(verifyJwt(token, key, {}))).toBe("user");
});

test("F7 a rule about an inherited name finds no inherited value", () => {
  const token = signJwt(CLAIMS, key);
  for (const name of ["constructor", "toString", "hasOwnProperty", "__proto__"]) {
    expect(outcome(() => verifyJwt(token, key, { requiredClaims: [name] }))).toBe("claim_missing");
  }
});

test("F8 rules are strings: there is no pattern to fool, to slow down or to remember its place", () => {
  const token = signJwt({ ...CLAIMS, iss: "https://issuer.test", aud: "api" }, key);
  for (const pattern of [/.*/, /issuer/g, { test: () => true }, () => true]) {
    const rule = pattern as never;
    expect(outcome(() => verifyJwt(token, key, { issuer: rule, audience: "api" }))).toBe(
      "TypeError",
    );
    expect(outcome(() => verifyJwt(token, key, { audience: rule }))).toBe("TypeError");
    expect(outcome(() => verifyJwt(token, key, { audience: [rule] }))).toBe("TypeError");
    expect(outcome(() => verifyJwt(token, key, { audience: "api", subject: rule }))).toBe(
      "TypeError",
    );
    expect(outcome(() => verifyJwt(token, key, { audience: "api", jwtId: rule }))).toBe(
      "TypeError",
    );
    expect(outcome(() => verifyJwt(token, key, { audience: "api", typ: rule }))).toBe("TypeError");
  }
});

test("J7 what takes long is asynchronous, or bounded and opt-in", () => {
  // Deriving a key from a password is bounded by a count and needs a key bound to PBES2; an ephemeral
  // key of a curve takes less than a millisecond; probing a runtime happens after a failure.
  expect(filesWith(/\b(?:pbkdf2|scrypt|generateKeyPair|generatePrime)Sync\(/).toSorted()).toEqual([
    "jwe/key-management/key-agreement.ts",
    "jwe/key-management/password.ts",
    "keys/available.ts",
  ]);
});

test("J8 a number is never a length of fresh memory", () => {
  for (const value of [100, "100", { length: 100 }, [1, 2]]) {
    expect(outcome(() => encodeBase64url(value as never))).toBe("TypeError");
    expect(outcome(() => importSecret(value as never, { alg: "HS256" }))).toBe("TypeError");
  }
  expect(outcome(() => decodeBase64url(100 as never))).toBe("base64url_invalid");
});

test("J9 no randomness but that of node:crypto", () => {
  expect(filesWith(/Math\.random/)).toEqual([]);
});
