// Runs the published vectors. Every file in the folders must be named here.

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
  type KeySet,
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
  const files = ["rfc", "cookbook", "wycheproof"].flatMap((folder) =>
    readdirSync(join(import.meta.dirname, folder)).map((name) => `${folder}/${name}`),
  );
  expect(files.toSorted()).toEqual(
    [...COOKBOOK_JWS, ...COOKBOOK_JWK]
      .map((name) => `cookbook/${name}.json`)
      .concat(RFC, WYCHEPROOF)
      .toSorted(),
  );
});

const RFC = [
  "rfc/oidc_core_appendix_a.json",
  "rfc/rfc4648_base64url.json",
  "rfc/rfc7519_jwt.json",
  "rfc/rfc7638_rfc9278_rfc8037_thumbprints.json",
  "rfc/rfc8705_x5t_s256.json",
  "rfc/rfc9449_dpop.json",
];
const WYCHEPROOF = ["wycheproof/json_web_key_test.json", "wycheproof/json_web_signature_test.json"];
const COOKBOOK_JWK = [
  "jwk-3_1.ec_public_key",
  "jwk-3_2.ec_private_key",
  "jwk-3_3.rsa_public_key",
  "jwk-3_4.rsa_private_key",
  "jwk-3_5.symmetric_key_mac_computation",
];
const COOKBOOK_JWS = [
  "jws-4_1.rsa_v15_signature",
  "jws-4_2.rsa-pss_signature",
  "jws-4_3.ecdsa_signature",
  "jws-4_4.hmac-sha2_integrity_protection",
  "jws-4_5.signature_with_detached_content",
  "jws-4_6.protecting_specific_header_fields",
  "jws-4_7.protecting_content_only",
  "jws-4_8.multiple_signatures",
  "curve25519-jws",
  "rfc7797-4.2.hmac-sha2_b64_false",
  "rfc7797-hmac-sha2_b64_false",
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

interface CookbookJws {
  readonly reproducible?: boolean;
  readonly input: {
    readonly payload: string;
    readonly key: object | readonly object[];
    readonly alg: JwsAlgorithm | readonly JwsAlgorithm[];
  };
  readonly signing: object | readonly object[];
  readonly output: {
    readonly compact?: string;
    readonly json?: { readonly payload?: string };
    readonly json_flat?: { readonly payload?: string; readonly protected?: string };
  };
}

// Refused in some form, each with its reason. The others are accepted in all their forms.
const COOKBOOK_REFUSED: Readonly<Record<string, readonly string[]>> = {
  // There is no protected header at all (RFC 7515 section 10.7).
  "jws-4_7.protecting_content_only": ["token_malformed"],
  // The second of three signatures has no protected header.
  "jws-4_8.multiple_signatures": ["token_malformed"],
  // The file's protected header has b64 and no crit (RFC 7797 section 6).
  "rfc7797-4.2.hmac-sha2_b64_false": ["header_invalid"],
  // An unencoded payload inside the compact form; its JSON forms are accepted.
  "rfc7797-hmac-sha2_b64_false": ["critical_header_not_supported", "accepted"],
};

describe("cookbook: JWS", () => {
  test.each(COOKBOOK_JWS)("%s", (name) => {
    const vector = load<CookbookJws>(`cookbook/${name}.json`);
    const { payload, key: jwks, alg: algs } = vector.input;
    const keyList = [jwks]
      .flat()
      .map((jwk, i) => importJwk(jwk, { alg: [algs].flat()[i] ?? "HS256" }));
    const [key] = keyList;
    if (key === undefined) throw new Error("no key");
    const keys: Keys = keyList.length === 1 ? verifier(key) : createKeySet(keyList.map(verifier));
    const content = Buffer.from(payload);
    const { compact, json, json_flat: flat } = vector.output;
    const outcomes: string[] = [];
    const isDetached = compact?.includes("..") === true;
    if (compact !== undefined) {
      const run = (): unknown =>
        isDetached ? verifyDetached(compact, content, keys) : verifyCompact(compact, keys);
      outcomes.push(outcome(run));
    }
    // The detached example leaves the payload out of its JSON forms too.
    if (json?.payload !== undefined) outcomes.push(outcome(() => verifyGeneral(json, keys)));
    if (flat?.payload !== undefined) outcomes.push(outcome(() => verifyFlattened(flat, keys)));
    expect([...new Set(outcomes)]).toEqual(COOKBOOK_REFUSED[name] ?? ["accepted"]);
  });

  test("what is deterministic is reproduced", () => {
    const hs = load<CookbookJws>("cookbook/jws-4_4.hmac-sha2_integrity_protection.json");
    const key = importJwk(hs.input.key, { alg: "HS256" });
    const content = Buffer.from(hs.input.payload);
    expect(signCompact(content, key)).toBe(hs.output.compact);
    expect(signDetached(content, key)).toBe(
      load<CookbookJws>("cookbook/jws-4_5.signature_with_detached_content.json").output.compact,
    );
    const { kid: _kid, ...anonymous } = hs.input.key as { readonly kid: string };
    const flat = signFlattened(content, importJwk(anonymous), { unprotectedHeader: { kid: _kid } });
    expect(flat).toEqual(
      load<CookbookJws>("cookbook/jws-4_6.protecting_specific_header_fields.json").output.json_flat,
    );
    const rs = load<CookbookJws>("cookbook/jws-4_1.rsa_v15_signature.json");
    expect(
      signCompact(Buffer.from(rs.input.payload), importJwk(rs.input.key, { alg: "RS256" })),
    ).toBe(rs.output.compact);
  });
});

describe("cookbook: JWK", () => {
  const algs: readonly JwsAlgorithm[] = ["ES512", "ES512", "RS256", "RS256", "HS256"];
  test.each(COOKBOOK_JWK.map((name, i) => [name, algs[i] ?? "HS256"] as const))(
    "%s",
    (name, alg) => {
      const jwk = load<{ readonly kid: string }>(`cookbook/${name}.json`);
      const key = importJwk(jwk, { alg });
      expect(key.kid).toBe(jwk.kid);
      expect(key.type).toBe(
        name.includes("private") ? "private" : name.includes("symmetric") ? "secret" : "public",
      );
    },
  );
});

interface Case {
  readonly tcId: number;
  readonly comment: string;
  readonly jws: string | object;
  readonly result: "valid" | "invalid";
}
interface Group {
  readonly comment: string;
  readonly public?: Jwk;
  readonly private: Jwk;
  readonly tests: readonly Case[];
}
interface Jwk {
  readonly alg?: string;
  readonly kty?: string;
  readonly keys?: readonly Jwk[];
}

// What we refuse though the file calls it valid, with the reason.
const REFUSED: ReadonlyMap<number, string> = new Map([
  [346, "the key is bound to PS256 and the token says PS384"],
  [350, "the key is bound to PS256 and the token says PS384"],
  [357, "the secret is all zeros, which is refused on import"],
  [358, "the secret is all zeros, which is refused on import"],
  [359, "the secret is all zeros, which is refused on import"],
  [372, "a question mark in a segment is refused (RFC 7515 section 2)"],
  [373, "a question mark in a segment is refused (RFC 7515 section 2)"],
  [376, "the secret is all zeros, which is refused on import"],
  [377, "the secret is all zeros, which is refused on import"],
]);

function runWycheproof(group: Group, jws: string | object): string {
  return outcome(() => {
    const keys = wycheproofKeys(group.public ?? group.private);
    if (typeof jws === "string") verifyCompact(jws, keys);
    else verifyFlattened(jws, keys);
  });
}

function wycheproofKeys(jwk: Jwk): Key | KeySet {
  if (jwk.keys === undefined) return verifier(importJwk(fixName(jwk)));
  // A set of secrets is the caller's own; any other is like another party's.
  return jwk.keys.every((key) => key.kty === "oct")
    ? createKeySet(jwk.keys.map((key) => importJwk(key)))
    : importJwkSet(jwk);
}

/** RFC 7520 writes "ES521" for the key of its ES512 example; the registered name is ES512. */
function fixName(jwk: Jwk): Jwk {
  return jwk.alg === "ES521" ? { ...jwk, alg: "ES512" } : jwk;
}

describe.each(WYCHEPROOF)("%s", (path) => {
  const isSignatures = path.includes("signature");
  const { testGroups } = load<{ readonly testGroups: readonly Group[] }>(path);
  const cases = testGroups.flatMap((group) =>
    group.tests.map((entry) => ({
      name: `${entry.tcId} ${group.comment} ${entry.comment}`,
      group,
      entry,
    })),
  );
  test.each(cases)("$name", ({ group, entry }) => {
    const isValid = entry.result === "valid" && !(isSignatures && REFUSED.has(entry.tcId));
    expect(runWycheproof(group, entry.jws) === "accepted").toBe(isValid);
  });
});
