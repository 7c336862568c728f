// The shapes of a JWK and the reading of one. RFC 7517, RFC 7518 section 6, RFC 8037 section 2.

import type { KeyAlgorithm } from "../algorithms.ts";
import type { EcCurve, OkpCurve } from "../curves.ts";
import { JoseError } from "../error.ts";
import { MAX_KEY_ID_LENGTH } from "../limits.ts";

interface CommonMembers {
  readonly kid?: string;
  readonly alg: KeyAlgorithm;
  readonly use: "sig" | "enc";
}

/** A public RSA key. */
export interface RsaPublicJwk extends CommonMembers {
  readonly kty: "RSA";
  readonly n: string;
  readonly e: string;
}

/** A public key on a curve with two coordinates. */
export interface EcPublicJwk extends CommonMembers {
  readonly kty: "EC";
  readonly crv: EcCurve["crv"];
  readonly x: string;
  readonly y: string;
}

/** A public key on an Edwards or Montgomery curve. */
export interface OkpPublicJwk extends CommonMembers {
  readonly kty: "OKP";
  readonly crv: OkpCurve["crv"];
  readonly x: string;
}

/** A public ML-DSA key. */
export interface AkpPublicJwk extends CommonMembers {
  readonly kty: "AKP";
  readonly pub: string;
}

/** A public key as JSON: nothing in it is secret. */
export type PublicJwk = RsaPublicJwk | EcPublicJwk | OkpPublicJwk | AkpPublicJwk;

/** A private or secret key as JSON. Whoever reads it can sign. */
export type PrivateJwk =
  | (RsaPublicJwk & {
      readonly d: string;
      readonly p: string;
      readonly q: string;
      readonly dp: string;
      readonly dq: string;
      readonly qi: string;
    })
  | (EcPublicJwk & { readonly d: string })
  | (OkpPublicJwk & { readonly d: string })
  | (AkpPublicJwk & { readonly priv: string })
  | (CommonMembers & { readonly kty: "oct"; readonly k: string });

/** A JWK's members, known to be a plain object and nothing more. */
export type JwkMembers = { readonly [name: string]: unknown };

/** Members that only a private or secret key has. */
export const PRIVATE_MEMBERS: readonly string[] = [
  "d",
  "p",
  "q",
  "dp",
  "dq",
  "qi",
  "oth",
  "k",
  "priv",
];

/**
 * A copy of a JWK's own members.
 *
 * @throws JoseError `key_invalid` when it is not a plain object
 */
export function readMembers(jwk: unknown): JwkMembers {
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) {
    throw new JoseError("key_invalid", "a JWK is a JSON object");
  }
  // A copy without a prototype: a getter runs once, and nothing is inherited.
  return Object.assign(Object.create(null), jwk) as JwkMembers;
}

/** Whether a JWK has a member that must never be published. */
export function hasPrivateMember(members: JwkMembers): boolean {
  return PRIVATE_MEMBERS.some((name) => members[name] !== undefined);
}

/** Checks a `kid`. */
export function checkKeyId(kid: unknown): string | undefined {
  if (kid === undefined) return undefined;
  if (typeof kid !== "string" || kid.length === 0 || kid.length > MAX_KEY_ID_LENGTH) {
    throw new JoseError(
      "key_invalid",
      `kid is a string of 1 to ${MAX_KEY_ID_LENGTH} characters`,
      "kid",
    );
  }
  if (!kid.isWellFormed()) throw new JoseError("key_invalid", "kid holds a lone surrogate", "kid");
  return kid;
}
