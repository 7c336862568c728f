// Tokens go both ways between this package and three others, for every algorithm that both sides have,
// with the keys handed over as a JWK Set or as PEM.

import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import fastJwt from "fast-jwt";
import * as jose from "jose";
import jsonwebtoken from "jsonwebtoken";
import { beforeAll, describe, expect, test } from "vitest";
import {
  createKeySet,
  exportPrivateJwk,
  exportPublicJwk,
  generateKey,
  importJwk,
  importJwkSet,
  importPem,
  type JwsAlgorithm,
  type Key,
  listSignatureAlgorithms,
  publicKey,
  signCompact,
  signJwt,
  verifyCompact,
  verifyCompactAsync,
  verifyJwt,
  verifyJwtAsync,
} from "../../src/index.ts";
import { outcome } from "../forge.ts";

const ISSUER = "https://auth.example.com";
const AUDIENCE = "https://api.example.com";
const RULES = { issuer: ISSUER, audience: AUDIENCE };
const CLAIMS = { sub: "u_1", roles: ["doctor", "émigré"], nested: { a: [1, 2.5, null, true] } };

// jose: no secp256k1, no Ed448. jsonwebtoken: no Edwards curves. fast-jwt: no secp256k1.
const joseAlgorithms = listSignatureAlgorithms().filter(
  (alg) => alg !== "ES256K" && alg !== "Ed448",
);
const classic: readonly JwsAlgorithm[] = [
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
];

const keys = new Map<JwsAlgorithm, Key>();
beforeAll(async () => {
  for (const alg of listSignatureAlgorithms())
    keys.set(alg, await generateKey(alg, { kid: `${alg}-1` }));
});
const keyOf = (alg: JwsAlgorithm): Key => {
  const key = keys.get(alg);
  if (key === undefined) throw new Error("no key");
  return key;
};
const verifierOf = (key: Key): Key => (key.type === "secret" ? key : publicKey(key));
const sign = (key: Key): string =>
  signJwt(CLAIMS, key, { issuer: ISSUER, audience: AUDIENCE, expiresIn: "15m" });
const altered = (token: string): readonly string[] => {
  const [h = "", p = "", s = ""] = token.split(".");
  const flip = (part: string): string => (part.startsWith("A") ? "B" : "A") + part.slice(1);
  return [
    `${flip(h)}.${p}.${s}`,
    `${h}.${flip(p)}.${s}`,
    `${h}.${p}.${flip(s)}`,
    `${h}.${p}`,
    `${h}.${p}.`,
  ];
};

describe("jose", () => {
  const load = (key: Key): Promise<jose.CryptoKey | Uint8Array> =>
    jose.importJWK({ ...exportPrivateJwk(key) }, key.alg);

  test.each(joseAlgorithms)("%s: ours verifies there, through a JWK Set", async (alg) => {
    const key = keyOf(alg);
    const token = sign(key);
    const theirs = key.type === "secret" ? await load(key) : undefined;
    const { payload, protectedHeader } =
      theirs === undefined
        ? await jose.jwtVerify(
            token,
            jose.createLocalJWKSet({ keys: [{ ...exportPublicJwk(key) }] }),
            RULES,
          )
        : await jose.jwtVerify(token, theirs, RULES);
    expect(payload).toMatchObject(CLAIMS);
    expect(protectedHeader).toEqual({ alg, typ: "JWT", kid: `${alg}-1` });
  });

  test.each(joseAlgorithms)("%s: theirs verifies here, and no altered one", async (alg) => {
    const key = keyOf(alg);
    const token = await new jose.SignJWT(CLAIMS)
      .setProtectedHeader({ alg, kid: `${alg}-1`, typ: "JWT" })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime("15m")
      .sign(await load(key));
    const set =
      key.type === "secret" ? createKeySet([key]) : importJwkSet({ keys: [exportPublicJwk(key)] });
    expect(verifyJwt(token, set, RULES).claims).toMatchObject(CLAIMS);
    expect((await verifyJwtAsync(token, set, RULES)).claims).toMatchObject(CLAIMS);
    for (const wrong of altered(token)) {
      expect(outcome(() => verifyJwt(wrong, set, RULES))).toMatch(
        /^(signature_invalid|json_invalid|header_invalid|token_malformed|base64url_invalid)$/,
      );
      await expect(verifyJwtAsync(wrong, set, RULES)).rejects.toMatchObject({ name: "JoseError" });
    }
  });

  test.each(["HS256", "HS384", "HS512"] as const)(
    "%s: secrets made there work here",
    async (alg) => {
      const jwk = await jose.exportJWK(await jose.generateSecret(alg, { extractable: true }));
      expect(importJwk(jwk, { alg }).type).toBe("secret");
    },
  );

  const pairs = joseAlgorithms.filter((alg) => !alg.startsWith("HS"));
  test.each(pairs)("%s: keys made there work here", async (alg) => {
    const pair = await jose.generateKeyPair(alg, { extractable: true });
    const key = importJwk(await jose.exportJWK(pair.privateKey), { alg, kid: "a" });
    const token = sign(key);
    const { payload } = await jose.jwtVerify(token, pair.publicKey, RULES);
    expect(payload).toMatchObject(CLAIMS);
    expect(await jose.calculateJwkThumbprint(await jose.exportJWK(pair.publicKey))).toBe(
      (await import("../../src/index.ts")).thumbprint(key),
    );
    const pem = await jose.exportPKCS8(pair.privateKey);
    const spki = await jose.exportSPKI(pair.publicKey);
    expect(
      outcome(() =>
        verifyJwt(
          sign(importPem(pem, { alg, kid: "a" })),
          importPem(spki, { alg, kid: "a" }),
          RULES,
        ),
      ),
    ).toBe("accepted");
  });
});

/** The node:crypto handle of one of our keys, as PEM-minded packages want it. */
function handleOf(key: Key): {
  readonly signing: KeyObject | Buffer;
  readonly verifying: KeyObject | Buffer;
} {
  const jwk = exportPrivateJwk(key);
  if (jwk.kty === "oct") {
    const secret = Buffer.from(jwk.k, "base64url");
    return { signing: secret, verifying: secret };
  }
  const signing = createPrivateKey({ key: { ...jwk }, format: "jwk" });
  return { signing, verifying: createPublicKey(signing) };
}
const pem = (key: KeyObject | Buffer, type: "pkcs8" | "spki"): string | Buffer =>
  Buffer.isBuffer(key) ? key : key.export({ format: "pem", type }).toString();

describe("jsonwebtoken", () => {
  test.each(classic)("%s both ways", (alg) => {
    const key = keyOf(alg);
    const { signing, verifying } = handleOf(key);
    const ours = jsonwebtoken.verify(sign(key), pem(verifying, "spki"), {
      algorithms: [alg as jsonwebtoken.Algorithm],
      ...RULES,
    });
    expect(ours).toMatchObject(CLAIMS);
    const options = {
      algorithm: alg as jsonwebtoken.Algorithm,
      keyid: `${alg}-1`,
      expiresIn: 900,
      ...RULES,
    };
    const token = jsonwebtoken.sign(CLAIMS, pem(signing, "pkcs8"), options);
    expect(verifyJwt(token, verifierOf(key), RULES).claims).toMatchObject(CLAIMS);
    for (const wrong of altered(token)) {
      expect(outcome(() => verifyJwt(wrong, verifierOf(key), RULES))).not.toBe("accepted");
    }
  });
});

describe("fast-jwt", () => {
  test.each([...classic, "EdDSA"] as const)("%s both ways", (alg) => {
    const key = keyOf(alg);
    const { signing, verifying } = handleOf(key);
    const algorithm = alg as fastJwt.Algorithm;
    const verify = fastJwt.createVerifier({
      key: pem(verifying, "spki"),
      algorithms: [algorithm],
      allowedIss: ISSUER,
      allowedAud: AUDIENCE,
    });
    expect(verify(sign(key))).toMatchObject(CLAIMS);
    const signer = fastJwt.createSigner({
      key: pem(signing, "pkcs8"),
      algorithm,
      kid: `${alg}-1`,
      iss: ISSUER,
      aud: AUDIENCE,
      expiresIn: 900_000,
    });
    const token = signer(CLAIMS);
    expect(verifyJwt(token, verifierOf(key), RULES).claims).toMatchObject(CLAIMS);
    for (const wrong of altered(token)) {
      expect(outcome(() => verifyJwt(wrong, verifierOf(key), RULES))).not.toBe("accepted");
    }
  });
});

describe("algorithms that no peer has", () => {
  test.each(["ES256K", "Ed448"] as const)("%s round trip, through JWK and PEM", async (alg) => {
    const key = keyOf(alg);
    const set = importJwkSet({ keys: [exportPublicJwk(key)] });
    const content = Buffer.from("hello");
    const token = signCompact(content, key);
    expect(Buffer.from(verifyCompact(token, set).payload)).toEqual(content);
    expect(Buffer.from((await verifyCompactAsync(token, set)).payload)).toEqual(content);
    const { signing, verifying } = handleOf(key);
    const again = importPem(String(pem(signing, "pkcs8")), { alg, kid: `${alg}-1` });
    const reader = importPem(String(pem(verifying, "spki")), { alg });
    expect(Buffer.from(verifyCompact(signCompact(content, again), reader).payload)).toEqual(
      content,
    );
  });
});
