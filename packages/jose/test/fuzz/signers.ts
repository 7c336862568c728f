// The keys of the fuzz runs, each as the three libraries take it, and raw signing of any text with them:
// a wrong token is only worth a look when its signature is right.

import { createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import fastJwt from "fast-jwt";
import * as jose from "jose";
import { importJwk, type JwsAlgorithm, type Key } from "../../src/index.ts";

/** The time in all fuzz runs, in seconds, and what tokens are checked against. */
export const NOW = 1_800_000_000;
export const ISSUER = "https://issuer.test";
export const AUDIENCE = "api";

/**
 * What a token is checked against, beside issuer and audience: nothing more, or the rules of an access
 * token, a type, an age and a required claim.
 */
export type Profile = "plain" | "strict";
export const PROFILES: readonly Profile[] = ["plain", "strict"];
export const STRICT = { typ: "at+jwt", maxAge: 3600, requiredClaims: ["sub"] } as const;

/** What a library said: the claims, or undefined when it refused. */
export type Verdict = object | undefined;

/** A key with its raw signer and two other libraries' verifiers. */
export interface Signer {
  readonly alg: JwsAlgorithm;
  readonly key: Key;
  /** The signature of a text as bytes. */
  readonly sign: (input: Buffer) => Buffer;
  readonly verifyWithJose: (token: string, profile: Profile) => Promise<Verdict>;
  readonly verifyWithFastJwt: (token: string, profile: Profile) => Verdict;
}

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ed = generateKeyPairSync("ed25519");
const secret = randomBytes(32);

/** One signer for each of four kinds of algorithm; HMAC is cheap and comes most often. */
export async function createSigners(): Promise<readonly Signer[]> {
  return [
    {
      alg: "HS256",
      key: importJwk({ kty: "oct", k: secret.toString("base64url"), alg: "HS256" }),
      sign: (input) => createHmac("sha256", secret).update(input).digest(),
      verifyWithJose: joseVerifier(secret, "HS256"),
      verifyWithFastJwt: fastVerifier(secret, "HS256"),
    },
    await pair("ES256", ec, (input) =>
      sign("sha256", input, { key: ec.privateKey, dsaEncoding: "ieee-p1363" }),
    ),
    await pair("EdDSA", ed, (input) => sign(null, input, ed.privateKey)),
    await pair("RS256", rsa, (input) => sign("sha256", input, rsa.privateKey)),
  ];
}

async function pair(
  alg: "ES256" | "EdDSA" | "RS256",
  { publicKey }: { readonly publicKey: KeyObject },
  signRaw: (input: Buffer) => Buffer,
): Promise<Signer> {
  const jwk = publicKey.export({ format: "jwk" });
  const pem = publicKey.export({ type: "spki", format: "pem" });
  return {
    alg,
    key: importJwk(jwk, { alg }),
    sign: signRaw,
    verifyWithJose: joseVerifier(await jose.importJWK(jwk, alg), alg),
    verifyWithFastJwt: fastVerifier(pem, alg),
  };
}

function joseVerifier(
  key: Parameters<typeof jose.jwtVerify>[1],
  alg: string,
): Signer["verifyWithJose"] {
  const plain = {
    algorithms: [alg],
    issuer: ISSUER,
    audience: AUDIENCE,
    currentDate: new Date(NOW * 1000),
  };
  const { typ, maxAge, requiredClaims } = STRICT;
  const strict = { ...plain, typ, maxTokenAge: maxAge, requiredClaims: [...requiredClaims] };
  return async (token, profile) => {
    try {
      return (await jose.jwtVerify(token, key, profile === "strict" ? strict : plain)).payload;
    } catch {
      return undefined;
    }
  };
}

function fastVerifier(
  key: string | Buffer,
  alg: "HS256" | "ES256" | "EdDSA" | "RS256",
): Signer["verifyWithFastJwt"] {
  const options = {
    key,
    algorithms: [alg],
    allowedIss: ISSUER,
    allowedAud: AUDIENCE,
    clockTimestamp: NOW * 1000,
    cache: false,
  };
  const plain = fastJwt.createVerifier(options);
  const { typ, maxAge, requiredClaims } = STRICT;
  const strict = fastJwt.createVerifier({
    ...options,
    checkTyp: typ,
    maxAge: maxAge * 1000,
    requiredClaims: [...requiredClaims],
  });
  return (token, profile) => {
    try {
      return (profile === "strict" ? strict : plain)(token) as object;
    } catch {
      return undefined;
    }
  };
}
