// One signature apart from the compact form: a protected header, the bytes it covers, a signature. What
// the detached and the JSON forms have in common. RFC 7515 section 5, RFC 7797 section 3.

import { Buffer } from "node:buffer";
import { asBuffer, decodeSegment } from "../encoding/segment.ts";
import { JoseError } from "../error.ts";
import { type Key, materialOf } from "../keys/key.ts";
import type { Keys } from "../keys/key-set.ts";
import { signBytes, verifyBytes } from "../keys/primitive.ts";
import { checkUnderstood, type JwsHeader, parseHeader } from "./header.ts";
import { resolveHeader } from "./open.ts";
import { checkCanSign } from "./seal.ts";

/** Signs a protected header and a payload; the signature is base64url. */
export function signParts(
  header: string,
  payload: Uint8Array,
  isEncoded: boolean,
  key: Key,
): string {
  return signBytes(checkCanSign(key), signingInput(header, payload, isEncoded)).toString(
    "base64url",
  );
}

/**
 * Parses a protected header and checks what it asks for.
 *
 * @throws JoseError
 */
export function parseProtected(segment: string, understood: readonly string[]): JwsHeader {
  const header = parseHeader(segment);
  checkUnderstood(header, [...understood, "b64"]);
  return header;
}

/**
 * Verifies one signature and names the key that did it.
 *
 * @param kid - from an unprotected header: a hint among the caller's keys and nothing more
 * @throws JoseError
 */
export function verifyParts(
  header: JwsHeader,
  kid: string | undefined,
  input: Buffer,
  signature: string,
  keys: Keys,
): Key {
  const named = kid === undefined || header.kid !== undefined ? header : { ...header, kid };
  const { key } = resolveHeader(named, keys);
  if (!verifyBytes(materialOf(key), input, decodeSegment(signature))) {
    throw new JoseError("signature_invalid", "the signature does not match");
  }
  return key;
}

/** The bytes that a signature covers. RFC 7515 section 5.1 step 5, RFC 7797 section 3. */
export function signingInput(header: string, payload: Uint8Array, isEncoded: boolean): Buffer {
  const bytes = asBuffer(payload);
  const covered = isEncoded ? Buffer.from(bytes.toString("base64url"), "latin1") : bytes;
  return Buffer.concat([Buffer.from(`${header}.`, "latin1"), covered]);
}
