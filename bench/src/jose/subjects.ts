// Keys, claims and tokens that every subject of the jose suite works on: the same bytes for all.

import { type KeyObject, createSecretKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { importJwk, importSecret, type Key, signJwt } from "@latchkey/jose";

/** A signature algorithm, as the peers know it. */
export type Alg =
  | "HS256"
  | "HS384"
  | "HS512"
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA";

/** One key, in the forms that the subjects want. */
export interface Material {
  readonly alg: Alg;
  readonly signingKey: Key;
  readonly verificationKey: Key;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export const ISSUER = "https://id.example.com";
export const AUDIENCE = "https://api.example.com";
export const LIFETIME = 900;

/** The claims of a typical access token; `index` makes each token another one. */
export function createClaims(index: number): Record<string, unknown> {
  return {
    sub: `user-${String(index).padStart(17, "0")}`,
    client_id: "latchkey",
    jti: randomBytes(16).toString("base64url"),
    sid: randomBytes(16).toString("base64url"),
    auth_time: 1_790_000_000,
    amr: ["pwd"],
    roles: ["patient"],
    permissions: [
      "appointments:read",
      "appointments:book",
      "appointments:cancel",
      "prescriptions:read",
      "documents:read",
      "messages:write",
    ],
    handles: [randomBytes(16).toString("base64url"), randomBytes(16).toString("base64url")],
  };
}

/** Makes a key pair or secret for an algorithm. */
export function createMaterial(alg: Alg): Material {
  if (alg.startsWith("HS")) {
    const secret = randomBytes(64);
    const key = importSecret(secret, { alg });
    const handle = createSecretKey(secret);
    return { alg, signingKey: key, verificationKey: key, privateKey: handle, publicKey: handle };
  }
  const { privateKey, publicKey } = createPair(alg);
  return {
    alg,
    signingKey: importJwk(privateKey.export({ format: "jwk" }), { alg, kid: "k1" }),
    verificationKey: importJwk(publicKey.export({ format: "jwk" }), { alg, kid: "k1" }),
    privateKey,
    publicKey,
  };
}

function createPair(alg: Alg): { privateKey: KeyObject; publicKey: KeyObject } {
  if (alg === "EdDSA") return generateKeyPairSync("ed25519");
  if (alg.startsWith("ES")) {
    const curve = { ES256: "P-256", ES384: "P-384", ES512: "P-521" }[alg as "ES256"];
    return generateKeyPairSync("ec", { namedCurve: curve });
  }
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}

/** Distinct tokens of one key, so that no subject can answer from a memory of the last one. */
export function createTokens(
  material: Material,
  count: number,
  claims: (index: number) => object = createClaims,
): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    signJwt(claims(index), material.signingKey, {
      issuer: ISSUER,
      audience: AUDIENCE,
      expiresIn: 86_400,
      typ: "at+jwt",
    }),
  );
}
