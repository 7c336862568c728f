// Makes tokens that no honest signer would make. Written on node:crypto alone, so that a fault in the
// package cannot hide itself in its tests.

import { createHmac, type KeyObject, sign } from "node:crypto";

/** base64url of a text or of bytes. */
export function b64(data: string | Uint8Array): string {
  return Buffer.from(data as string).toString("base64url");
}

/** A header or payload segment: JSON of an object, or a text as it is. */
export function segment(part: unknown): string {
  if (part instanceof Uint8Array) return b64(part);
  return b64(typeof part === "string" ? part : JSON.stringify(part));
}

/** A token with an HMAC over whatever header and payload are given. */
export function forgeHmac(
  header: unknown,
  payload: unknown,
  secret: Uint8Array | string,
  hash = "sha256",
): string {
  const input = `${segment(header)}.${segment(payload)}`;
  return `${input}.${createHmac(hash, secret).update(input).digest("base64url")}`;
}

/** A token with an ECDSA or EdDSA signature over whatever header and payload are given. */
export function forgeSigned(
  header: unknown,
  payload: unknown,
  key: KeyObject,
  hash: string | null,
): string {
  const input = `${segment(header)}.${segment(payload)}`;
  const signature = sign(hash, Buffer.from(input), { key, dsaEncoding: "ieee-p1363" });
  return `${input}.${b64(signature)}`;
}

/** The code of the JoseError that a call throws, `TypeError`, or `accepted`. */
export function outcome(call: () => unknown): string {
  try {
    call();
    return "accepted";
  } catch (error) {
    if (!(error instanceof Error)) return "not an Error";
    return "code" in error && error.name === "JoseError" ? String(error.code) : error.name;
  }
}

/** The error that a call throws. */
export function refusal(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("the call was accepted");
}
