// The forms of a JWS and the signatures in them, one step inside and outside of each rule. Found missing by
// mutation testing.

import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import {
  decodeJwtUnverified,
  encodeBase64url,
  generateKey,
  importSecret,
  JoseError,
  type JwsAlgorithm,
  type Key,
  parseJsonObject,
  publicKey,
  signCompact,
  signDetached,
  signFlattened,
  signGeneral,
  signJwt,
  verifyCompact,
  verifyCompactAsync,
  verifyDetached,
  verifyFlattened,
  verifyGeneral,
  verifyJwt,
  type VerifyJwtOptions,
} from "../../src/index.ts";
import { b64, forgeHmac, outcome, refusal, segment } from "../forge.ts";

const secret = randomBytes(32);
const key = importSecret(secret, { alg: "HS256" });
const payload = Buffer.from("payload");
const answer = (call: () => unknown): string => {
  const error = refusal(call);
  return error instanceof JoseError ? `${error.code} ${error.member}` : error.name;
};
const ALGORITHMS: readonly JwsAlgorithm[] = [
  "RS256",
  "PS384",
  "ES256",
  "EdDSA",
  "ML-DSA-44",
  "HS512",
];

describe.each(ALGORITHMS)("%s apart from the compact form", (alg) => {
  let signer: Key;
  let verifier: Key;
  beforeAll(async () => {
    signer = await generateKey(alg);
    verifier = signer.type === "private" ? publicKey(signer) : signer;
  });

  test("signs and verifies", () => {
    for (const unencoded of [false, true]) {
      const token = signDetached(payload, signer, { unencoded });
      expect(outcome(() => verifyDetached(token, payload, verifier))).toBe("accepted");
      expect(outcome(() => verifyDetached(token, Buffer.from("Payload"), verifier))).toBe(
        "signature_invalid",
      );
    }
    const jws = signFlattened(payload, signer);
    expect(Buffer.from(verifyFlattened(jws, verifier).payload)).toEqual(payload);
  });

  test("a signature of another length is no signature", async () => {
    const detached = signDetached(payload, signer);
    const compact = signCompact(payload, signer);
    const flattened = signFlattened(payload, signer);
    const native = Buffer.from(flattened.signature, "base64url");
    for (const changed of [
      native.subarray(1),
      native.subarray(0, -1),
      Buffer.concat([native, Buffer.of(0)]),
      Buffer.concat([Buffer.of(0), native]),
      Buffer.of(0),
      native.subarray(0, native.length / 2),
    ]) {
      const signature = b64(changed);
      const swap = (token: string): string =>
        `${token.slice(0, token.lastIndexOf(".") + 1)}${signature}`;
      for (const call of [
        () => verifyDetached(swap(detached), payload, verifier),
        () => verifyFlattened({ ...flattened, signature }, verifier),
        () => verifyCompact(swap(compact), verifier),
      ]) {
        expect(answer(call)).toBe("signature_invalid undefined");
      }
      await expect(verifyCompactAsync(swap(compact), verifier)).rejects.toMatchObject({
        code: "signature_invalid",
      });
    }
  });
});

describe("JSON forms", () => {
  test("an unprotected header needs no kid", () => {
    const jws = { ...signFlattened(payload, key), header: { x: 1 } };
    expect(verifyFlattened(jws, key).unprotectedHeader).toEqual({ x: 1 });
  });

  test("signatures over the encoded and the bare payload do not go together (RFC 7797 section 3)", () => {
    const entry = (header: object): object => {
      const [first, , signature] = forgeHmac(header, "x", secret).split(".");
      return { protected: first, signature };
    };
    const signatures = [
      entry({ alg: "HS256" }),
      entry({ alg: "HS256", b64: false, crit: ["b64"] }),
    ];
    for (const list of [signatures, signatures.toReversed()]) {
      const jws = { payload: b64("x"), signatures: list };
      expect(answer(() => verifyGeneral(jws, key))).toBe("header_invalid b64");
      expect(answer(() => verifyGeneral(jws, key, { require: "any" }))).toBe("header_invalid b64");
    }
  });

  test("b64 is true or false", () => {
    for (const value of [1, "false", null, []]) {
      const header = segment({ alg: "HS256", b64: value, crit: ["b64"] });
      expect(answer(() => verifyDetached(`${header}..AAAA`, payload, key))).toBe(
        "header_invalid b64",
      );
    }
  });

  test("the caller's mistake is not an invalid signature", async () => {
    const pair = await generateKey("ES256");
    const jws = signGeneral(payload, [pair, pair]);
    expect(outcome(() => verifyGeneral(jws, pair, { require: "any" }))).toBe("TypeError");
    expect(outcome(() => verifyGeneral(jws, publicKey(pair)))).toBe("accepted");
  });

  test("a header without alg", () => {
    const token = forgeHmac({ typ: "JWT" }, { exp: 4_000_000_000 }, secret);
    expect(answer(() => verifyJwt(token, key, {}))).toBe("header_invalid alg");
    const [first, second, signature] = token.split(".");
    const jws = { protected: first, payload: second, signature };
    expect(answer(() => verifyFlattened(jws, key))).toBe("header_invalid alg");
  });
});

describe("bytes are bytes", () => {
  const wide = new Uint16Array([1, 2, 3]);
  test.each([
    ["encodeBase64url", () => encodeBase64url(wide as never)],
    ["parseJsonObject", () => parseJsonObject(new Uint16Array(Buffer.from("{}")) as never)],
    ["verifyDetached", () => verifyDetached(signDetached(payload, key), wide as never, key)],
    ["signDetached", () => signDetached(wide as never, key)],
    ["signCompact", () => signCompact(wide as never, key)],
  ])("%s", (_name, call) => {
    expect(refusal(call)).toBeInstanceOf(TypeError);
  });
});

test("the shortest limit on length is one character", () => {
  expect(outcome(() => verifyCompact("a.b.c", key, { maxTokenLength: 1 }))).toBe("token_too_long");
});

test("a token that is only looked at has a canonical signature too", () => {
  const token = signJwt({ sub: "user" }, key);
  expect(outcome(() => decodeJwtUnverified(token))).toBe("accepted");
  for (const odd of [`${token}=`, `${token}A=`, `${token} `, `${token.slice(0, -1)}+`]) {
    expect(outcome(() => decodeJwtUnverified(odd))).toBe("base64url_invalid");
  }
});

describe("J1 a polluted prototype lends no claim", () => {
  test.each<[string, unknown, VerifyJwtOptions, string]>([
    ["iss", "issuer", { issuer: "issuer" }, "claim_missing iss"],
    ["sub", "user", { subject: "user" }, "claim_missing sub"],
    ["aud", "api", { audience: "api" }, "claim_missing aud"],
    ["iat", 1000, { maxAge: 60 }, "claim_missing iat"],
    ["jti", "1", { jwtId: "1" }, "claim_missing jti"],
    ["nbf", 2000, {}, "accepted"],
  ])("%s", (name, value, rules, expected) => {
    const token = forgeHmac({ alg: "HS256" }, { exp: 1100 }, secret);
    const polluted = Object.prototype as unknown as Record<string, unknown>;
    let got: string;
    try {
      Object.defineProperty(polluted, name, { value, configurable: true, writable: true });
      try {
        verifyJwt(token, key, { ...rules, now: 1000 });
        got = "accepted";
      } catch (error) {
        got = error instanceof JoseError ? `${error.code} ${error.member}` : String(error);
      }
    } finally {
      delete polluted[name];
    }
    expect(got).toBe(expected);
  });
});
