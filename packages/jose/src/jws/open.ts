// From a compact token to authenticated bytes. The one path that every verification of a compact JWS
// takes, in an order that refuses cheap things first: length, dots, header, key, signature, payload.
// RFC 7515 section 5.2.

import { Buffer } from "node:buffer";
import { decodeSegment } from "../encoding/segment.ts";
import { JoseError } from "../error.ts";
import type { HeaderMemory, ResolvedHeader } from "../keys/header-memory.ts";
import { isKey, type Key, materialOf } from "../keys/key.ts";
import { headersOf, KeySet, type Keys } from "../keys/key-set.ts";
import { verifyBytes } from "../keys/primitive.ts";
import { checkUnderstood, type JwsHeader, parseHeader } from "./header.ts";

/** An authenticated JWS. The payload may share Node's buffer pool: copy it before handing it out. */
export interface OpenedJws {
  readonly header: JwsHeader;
  readonly key: Key;
  readonly payload: Buffer;
}

/**
 * Verifies a compact JWS.
 *
 * @throws JoseError
 */
export function openCompact(
  token: string,
  keys: Keys,
  maxLength: number,
  understood: readonly string[],
): OpenedJws {
  const { first, second } = locateDots(token, maxLength);
  const memory = memoryOf(keys);
  const segment = token.slice(0, first);
  const known = memory.find(segment) as ResolvedHeader<JwsHeader> | undefined;
  const resolved = known ?? resolveHeader(parseHeader(segment), keys);
  const { header, key } = resolved;
  if (header.crit !== undefined) checkUnderstood(header, understood);
  const payload = decodeSegment(token.slice(first + 1, second));
  const signature = decodeSegment(token.slice(second + 1));
  // Every character before the second dot has been found to be base64url, so latin1 loses nothing.
  const input = Buffer.from(token.slice(0, second), "latin1");
  if (!verifyBytes(materialOf(key), input, signature)) {
    throw new JoseError("signature_invalid", "the signature does not match");
  }
  if (known === undefined) memory.remember(segment, resolved);
  return { header, key, payload };
}

/**
 * Where the two dots are.
 *
 * @throws JoseError `token_malformed`, `token_too_long`
 */
export function locateDots(token: string, maxLength: number): { first: number; second: number } {
  if (typeof token !== "string") throw new JoseError("token_malformed", "a token is a string");
  if (token.length > maxLength) throw new JoseError("token_too_long", "the token is too long");
  const first = token.indexOf(".");
  const second = token.indexOf(".", first + 1);
  // No split: a megabyte of dots would become a million strings (CVE-2025-30204).
  if (first < 1 || second === -1 || token.indexOf(".", second + 1) !== -1) {
    throw new JoseError("token_malformed", "a compact JWS has three parts");
  }
  if (second === token.length - 1) throw new JoseError("token_malformed", "the signature is empty");
  return { first, second };
}

/** The headers remembered with a key or a set. */
function memoryOf(keys: Keys): HeaderMemory {
  if (keys instanceof KeySet) return headersOf(keys);
  return materialOf(keys).headers;
}

/**
 * Chooses the key for a header and checks that it may verify.
 *
 * @throws JoseError `key_not_found`, `key_ambiguous`, `algorithm_mismatch`, `key_invalid`
 * @throws TypeError for a private key: it has no business where tokens are verified
 */
export function resolveHeader(header: JwsHeader, keys: Keys): ResolvedHeader<JwsHeader> {
  const key = isKey(keys) ? fitSingle(header, keys) : keys.select(header);
  if (key === undefined) throw new JoseError("key_not_found", "no key fits the header", "kid");
  if (key.type === "private") throw new TypeError("verify with the public key: publicKey(key)");
  if (key.use !== "sig" || !materialOf(key).canVerify) {
    throw new JoseError("key_invalid", "the key is not for verifying", "use");
  }
  // The key decides (RFC 8725 section 3.1). `select` has compared already; this line is the rule.
  if (header.alg !== key.alg) {
    throw new JoseError("algorithm_mismatch", "the header's alg is not the key's algorithm", "alg");
  }
  return { header, key };
}

function fitSingle(header: JwsHeader, key: Key): Key | undefined {
  if (header.alg !== key.alg) {
    throw new JoseError("algorithm_mismatch", "the header's alg is not the key's algorithm", "alg");
  }
  return header.kid === undefined || key.kid === undefined || header.kid === key.kid
    ? key
    : undefined;
}

/** Checks the option `maxTokenLength`. */
export function checkMaxLength(maxTokenLength: number): void {
  if (!Number.isSafeInteger(maxTokenLength) || maxTokenLength < 1) {
    throw new TypeError("maxTokenLength is a positive whole number");
  }
}
