// Runs the published examples. Every file in the folder `rfc` must be named here.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  createKeySet,
  decodeBase64url,
  encodeBase64url,
  importJwk,
  importJwkSet,
  importPem,
  type JwsAlgorithm,
  type Key,
  type Keys,
  publicKey,
  signCompact,
  signDetached,
  signFlattened,
  thumbprint,
  thumbprintUri,
  verifyCompact,
  verifyDetached,
  verifyFlattened,
  verifyGeneral,
  verifyJwt,
} from "../../src/index.ts";
import { outcome } from "../forge.ts";

const load = <T>(path: string): T =>
  JSON.parse(readFileSync(join(import.meta.dirname, path), "utf8")) as T;
const verifier = (key: Key): Key => (key.type === "private" ? publicKey(key) : key);

test("no file is left out", () => {
  const files = readdirSync(join(import.meta.dirname, "rfc")).map((name) => `rfc/${name}`);
  expect(files.toSorted()).toEqual(RFC);
});

const RFC = [
  "rfc/oidc_core_appendix_a.json",
  "rfc/rfc4648_base64url.json",
  "rfc/rfc7519_jwt.json",
  "rfc/rfc7638_rfc9278_rfc8037_thumbprints.json",
  "rfc/rfc8705_x5t_s256.json",
  "rfc/rfc9449_dpop.json",
];

describe("RFC 4648 base64url", () => {
  const vectors = load<{
    readonly valid: readonly [string, string][];
    readonly octets_rfc7515_app_c: { readonly hex: string; readonly b64u: string };
    readonly must_reject: readonly string[];
  }>("rfc/rfc4648_base64url.json");
  test.each(vectors.valid)("%j is %j", (plain, encoded) => {
    expect(encodeBase64url(Buffer.from(plain))).toBe(encoded);
    expect(Buffer.from(decodeBase64url(encoded)).toString()).toBe(plain);
  });
  test("RFC 7515 appendix C", () => {
    const { hex, b64u } = vectors.octets_rfc7515_app_c;
    expect(encodeBase64url(Buffer.from(hex, "hex"))).toBe(b64u);
  });
  // "Zm9" is the canonical form of two bytes whose unused bits are not zero: all of these are refused.
  test.each(vectors.must_reject)("refuses %j", (text) => {
    expect(outcome(() => decodeBase64url(text))).toBe("base64url_invalid");
  });
});

describe("RFC 7519", () => {
  const vectors = load<{
    readonly claims_json: string;
    readonly hs256: { readonly jwk: object; readonly compact: string };
    readonly unsecured: string;
    readonly encrypted: { readonly compact: string };
    readonly nested: { readonly compact: string; readonly inner_jws: string };
  }>("rfc/rfc7519_jwt.json");
  const key = importJwk(vectors.hs256.jwk, { alg: "HS256" });
  test("section 3.1, the day it was valid", () => {
    const rules = { issuer: "joe", now: 1_300_819_379 };
    const { claims } = verifyJwt(vectors.hs256.compact, key, rules);
    expect(claims).toEqual(JSON.parse(vectors.claims_json));
    expect(outcome(() => verifyJwt(vectors.hs256.compact, key, { now: 1_300_819_380 }))).toBe(
      "token_expired",
    );
  });
  test("the unsecured and the encrypted ones are no signed JWTs", () => {
    for (const token of [vectors.unsecured, vectors.encrypted.compact, vectors.nested.compact]) {
      expect(outcome(() => verifyJwt(token, key, { now: 1 }))).toBe("token_malformed");
    }
  });
});

describe("OpenID Connect Core appendix A", () => {
  const vectors = load<{
    readonly jwk: object;
    readonly id_tokens: Readonly<Record<string, string>>;
    readonly expected_claims: { readonly iss: string; readonly aud: string };
  }>("rfc/oidc_core_appendix_a.json");
  const { iss, aud } = vectors.expected_claims;
  test.each(Object.entries(vectors.id_tokens))("%s", (_name, token) => {
    const keys = importJwkSet({ keys: [vectors.jwk] }, { algorithms: ["RS256"] });
    const { claims } = verifyJwt(token, keys, { issuer: iss, audience: aud, now: 1_311_280_971 });
    expect(claims).toMatchObject({
      iss,
      sub: "248289761001",
      aud,
      exp: 1_311_281_970,
      iat: 1_311_280_970,
    });
  });
});

describe("RFC 7638, RFC 9278, RFC 8037", () => {
  interface Print {
    readonly jwk: { readonly kty: string; readonly crv?: string };
    readonly sha256: string;
    readonly sha384?: string;
    readonly sha512?: string;
    readonly uri?: string;
  }
  const vectors = load<{
    readonly vectors: readonly Print[];
    readonly ed25519_jws: {
      readonly jwk: object;
      readonly compact: string;
      readonly payload: string;
    };
  }>("rfc/rfc7638_rfc9278_rfc8037_thumbprints.json");
  const algs: Readonly<Record<string, JwsAlgorithm>> = { RSA: "RS256", OKP: "EdDSA", EC: "ES256" };
  test.each(vectors.vectors)("thumbprint $sha256", ({ jwk, sha256, sha384, sha512, uri }) => {
    const key = importJwk(jwk, { alg: algs[jwk.kty] ?? "HS256" });
    expect(thumbprint(key)).toBe(sha256);
    expect(thumbprint(verifier(key))).toBe(sha256);
    expect(thumbprint(jwk as never)).toBe(sha256);
    expect(thumbprintUri(key)).toBe(
      uri ?? `urn:ietf:params:oauth:jwk-thumbprint:sha-256:${sha256}`,
    );
    expect([sha384 ?? thumbprint(key, "sha384"), sha512 ?? thumbprint(key, "sha512")]).toEqual([
      thumbprint(key, "sha384"),
      thumbprint(key, "sha512"),
    ]);
  });
  test("RFC 8037 A.4 and A.5: the signature is deterministic", () => {
    const { jwk, compact, payload } = vectors.ed25519_jws;
    const key = importJwk(jwk, { alg: "EdDSA" });
    expect(signCompact(Buffer.from(payload), key)).toBe(compact);
    expect(Buffer.from(verifyCompact(compact, publicKey(key)).payload).toString()).toBe(payload);
  });
});

test("RFC 8705 appendix A: a key from a certificate", () => {
  const { pem } = load<{ readonly pem: string }>("rfc/rfc8705_x5t_s256.json");
  expect(importPem(pem, { alg: "ES256" }).type).toBe("public");
  expect(outcome(() => importPem(pem, { alg: "ES384" }))).toBe("key_invalid");
});

describe("RFC 9449", () => {
  const vectors = load<{
    readonly jwk: object;
    readonly jkt: string;
    readonly proofs: readonly {
      readonly proof: string;
      readonly payload: { readonly iat: number };
    }[];
  }>("rfc/rfc9449_dpop.json");
  test.each(vectors.proofs)("proof of $payload.iat", ({ proof, payload }) => {
    const key = importJwk(vectors.jwk, { alg: "ES256" });
    expect(thumbprint(key)).toBe(vectors.jkt);
    const { claims } = verifyJwt(proof, key, { typ: "dpop+jwt", maxAge: 60, now: payload.iat });
    expect(claims).toEqual(payload);
    expect(
      outcome(() => verifyJwt(proof, key, { typ: "dpop+jwt", maxAge: 60, now: payload.iat + 61 })),
    ).toBe("token_too_old");
  });
});

interface Example {
  readonly from: string;
  readonly payload: string;
  readonly keys: readonly { readonly name: string; readonly alg: JwsAlgorithm }[];
  readonly compact?: string;
  readonly general?: { readonly payload?: string };
  readonly flattened?: { readonly payload?: string; readonly protected?: string };
}

const EXAMPLES = load<{
  readonly keys: Readonly<Record<string, { readonly kty: string; readonly kid?: string }>>;
  readonly examples: readonly Example[];
}>("rfc-examples.json");

const exampleOf = (from: string): Example => {
  const found = EXAMPLES.examples.find((example) => example.from === from);
  if (found === undefined) throw new Error(`no example from ${from}`);
  return found;
};

const exampleKeys = ({ keys }: Example): readonly Key[] =>
  keys.map(({ name, alg }) => importJwk(EXAMPLES.keys[name], { alg }));

// Refused, with the reason. The others are accepted in all their forms.
const REFUSED: ReadonlyMap<string, string> = new Map([
  // There is no protected header at all (RFC 7515 section 10.7).
  ["RFC 7520 section 4.7", "token_malformed"],
  // The second of three signatures has no protected header.
  ["RFC 7520 section 4.8", "token_malformed"],
]);

describe("RFC 7520 section 4, RFC 7797 section 4, RFC 8037 appendix A.4", () => {
  test.each(EXAMPLES.examples)("$from", (example) => {
    const keyList = exampleKeys(example).map(verifier);
    const [key] = keyList;
    if (key === undefined) throw new Error("no key");
    const keys: Keys = keyList.length === 1 ? key : createKeySet(keyList);
    const content = Buffer.from(example.payload);
    const { compact, general, flattened } = example;
    const seen: Uint8Array[] = [];
    const outcomes: string[] = [];
    const run = (verify: () => Uint8Array): void => {
      outcomes.push(outcome(() => seen.push(verify())));
    };
    if (compact?.includes("..") === true) {
      outcomes.push(outcome(() => verifyDetached(compact, content, keys)));
    } else if (compact !== undefined) run(() => verifyCompact(compact, keys).payload);
    // The detached example leaves the payload out of its JSON forms too.
    if (general?.payload !== undefined) run(() => verifyGeneral(general, keys).payload);
    if (flattened?.payload !== undefined) run(() => verifyFlattened(flattened, keys).payload);
    expect([...new Set(outcomes)]).toEqual([REFUSED.get(example.from) ?? "accepted"]);
    expect(seen.every((payload) => content.equals(payload))).toBe(true);
  });

  test("what is deterministic is reproduced", () => {
    const hs = exampleOf("RFC 7520 section 4.4");
    const [key] = exampleKeys(hs);
    const content = Buffer.from(hs.payload);
    if (key === undefined) throw new Error("no key");
    expect(signCompact(content, key)).toBe(hs.compact);
    expect(signDetached(content, key)).toBe(exampleOf("RFC 7520 section 4.5").compact);
    const { kid = "", ...anonymous } = EXAMPLES.keys["hmac"] ?? { kty: "oct" };
    const flat = signFlattened(content, importJwk(anonymous), { unprotectedHeader: { kid } });
    expect(flat).toEqual(exampleOf("RFC 7520 section 4.6").flattened);
    for (const from of ["RFC 7520 section 4.1", "RFC 8037 appendix A.4"]) {
      const example = exampleOf(from);
      const [signer] = exampleKeys(example);
      if (signer === undefined) throw new Error("no key");
      expect(signCompact(Buffer.from(example.payload), signer)).toBe(example.compact);
    }
    const unencoded = exampleOf("RFC 7797 section 4.2");
    const [mac] = exampleKeys(unencoded);
    if (mac === undefined) throw new Error("no key");
    const detached = signDetached(Buffer.from(unencoded.payload), mac, { unencoded: true });
    expect(detached).toBe(unencoded.compact);
  });
});

describe("RFC 7520 section 3", () => {
  test.each([
    ["ec521Public", "ES512", "public"],
    ["ec521Private", "ES512", "private"],
    ["rsaPublic", "RS256", "public"],
    ["rsaPrivate", "RS256", "private"],
    ["hmac", "HS256", "secret"],
  ] as const)("%s", (name, alg, type) => {
    const jwk = EXAMPLES.keys[name];
    const key = importJwk(jwk, { alg });
    expect([key.kid, key.type]).toEqual([jwk?.kid, type]);
  });
});
