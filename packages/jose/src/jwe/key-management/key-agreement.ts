// ECDH-ES: a key agreed between an ephemeral key of the sender and the recipient's key. The curve is
// the recipient's; an ephemeral key on another curve, off its curve, or with a private half is refused
// before it meets the private key (attack D5). RFC 7518 section 4.6, RFC 8037 section 3.2.

import type { Buffer } from "node:buffer";
import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Curve } from "../../curves.ts";
import type { JsonObject } from "../../encoding/json.ts";
import { JoseError } from "../../error.ts";
import { hasPrivateMember, readMembers } from "../../keys/jwk.ts";
import { decodeSegment } from "../../encoding/segment.ts";

/** A secret agreed with a public key, and the ephemeral key that the recipient needs for it. */
export interface Agreement {
  readonly secret: Buffer;
  readonly epk: JsonObject;
}

/** Agrees on a secret with a recipient's public key. */
export function agreeWithPublicKey(curve: Curve, publicKey: KeyObject): Agreement {
  const pair = generateEphemeral(curve);
  // Public members only, by name.
  const { x, y } = pair.publicKey.export({ format: "jwk" });
  const { kty, crv } = curve;
  const epk = { kty, crv, x: x ?? "", ...(y === undefined ? {} : { y }) };
  const secret = agree(pair.privateKey, publicKey);
  if (secret === undefined) throw new JoseError("key_invalid", "no secret with the public key");
  return { secret, epk };
}

/**
 * Agrees on a secret with the ephemeral key of a header.
 *
 * @returns undefined when the agreement fails
 * @throws JoseError `header_invalid` when `epk` is no public key on the recipient's curve
 */
export function agreeWithEphemeral(
  curve: Curve,
  privateKey: KeyObject,
  epk: unknown,
): Buffer | undefined {
  return agree(privateKey, importEphemeral(curve, epk));
}

function agree(privateKey: KeyObject, publicKey: KeyObject): Buffer | undefined {
  let secret: Buffer;
  try {
    secret = diffieHellman({ privateKey, publicKey });
  } catch {
    return undefined;
  }
  // RFC 8037 section 3.2 and RFC 7748 section 6: a point of small order makes it all zeros.
  return secret.every((byte) => byte === 0) ? undefined : secret;
}

function importEphemeral(curve: Curve, epk: unknown): KeyObject {
  if (typeof epk !== "object" || epk === null || Array.isArray(epk)) throw invalid();
  const members = readMembers(epk);
  if (members["kty"] !== curve.kty || members["crv"] !== curve.crv) throw invalid();
  // Whoever sends `d` has published the secret.
  if (hasPrivateMember(members)) throw invalid();
  const jwk: { [name: string]: string } = { kty: curve.kty, crv: curve.crv };
  for (const name of curve.kty === "EC" ? ["x", "y"] : ["x"]) {
    jwk[name] = readCoordinate(members[name], curve.bytes);
  }
  try {
    // OpenSSL checks that the point is on the curve and not at infinity.
    return createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    throw invalid();
  }
}

function readCoordinate(value: unknown, bytes: number): string {
  if (typeof value !== "string" || value.length > bytes * 2) throw invalid();
  if (decodeSegment(value).length !== bytes) throw invalid();
  return value;
}

function generateEphemeral(curve: Curve): { publicKey: KeyObject; privateKey: KeyObject } {
  try {
    if (curve.kty === "EC") return generateKeyPairSync("ec", { namedCurve: curve.nodeName });
    // The overloads name each type; this is one of them.
    return generateKeyPairSync(curve.nodeName as "x25519");
  } catch {
    // Bun has no X448.
    throw new JoseError("algorithm_not_supported", "this runtime lacks the curve", "alg");
  }
}

function invalid(): JoseError {
  return new JoseError("header_invalid", "epk is no public key on the key's curve", "epk");
}
