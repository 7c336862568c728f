// From a compact token to authenticated bytes. The one path that every verification of a compact JWS
// takes, in an order that refuses cheap things first: length, dots, header, key, signature, payload.
// RFC 7515 section 5.2.

import { Buffer } from "node:buffer";
import { type JsonObject, parseCheckedSegment, parseJsonMemory } from "../encoding/json.ts";
import { borrowMemory, holdMemory } from "../encoding/scratch.ts";
import { decodeSegment, decodeSegmentInto } from "../encoding/segment.ts";
import { JoseError } from "../error.ts";
import type { HeaderMemory, ResolvedHeader } from "../keys/header-memory.ts";
import { isKey, type Key, materialOf } from "../keys/key.ts";
import { KeySet, type Keys, seenHeaders } from "../keys/key-set.ts";
import { verifyBytesAsync, verifyText } from "../keys/primitive.ts";
import { checkUnderstood, type JwsHeader, parseHeader } from "./header.ts";

/** An authenticated JWS. */
export interface OpenedJws {
  readonly header: JwsHeader;
  readonly key: Key;
  /** The payload as canonical base64url: text, because nothing can write over text. */
  readonly payload: string;
}

/** An authenticated JWS whose payload is a JSON object. */
export interface OpenedObject {
  readonly header: JwsHeader;
  readonly key: Key;
  readonly payload: JsonObject;
}

/** A compact JWS with its key chosen and nothing authenticated yet. */
export interface PreparedJws extends ResolvedHeader<Key, JwsHeader> {
  /** The header segment. */
  readonly segment: string;
  /** Whether a token with this header has been authenticated before. */
  readonly isSeen: boolean;
  readonly payload: string;
  /** Borrowed; the payload's bytes are the first in it. */
  readonly memory: Buffer;
  readonly payloadBytes: number;
  /** What is signed. */
  readonly input: string;
  /** The signature in base64url, not decoded yet. */
  readonly signature: string;
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
  const prepared = prepareCompact(token, keys, maxLength, understood, borrowMemory);
  authenticate(prepared, keys);
  return prepared;
}

/**
 * `openCompact` for a payload that is a JSON object, which is decoded once: its bytes are held while the
 * signature is checked, and read before any code of the caller's can run.
 *
 * @throws JoseError
 */
export function openObject(
  token: string,
  keys: Keys,
  maxLength: number,
  understood: readonly string[],
): OpenedObject {
  const prepared = prepareCompact(token, keys, maxLength, understood, holdMemory);
  authenticate(prepared, keys);
  const { header, key, memory, payloadBytes } = prepared;
  return { header, key, payload: parseJsonMemory(memory, payloadBytes) };
}

function authenticate(prepared: PreparedJws, keys: Keys): void {
  if (!verifyText(materialOf(prepared.key), prepared.input, prepared.signature)) throw mismatch();
  rememberHeader(prepared, keys);
}

/**
 * `openCompact` with the signature checked on the thread pool.
 *
 * @throws JoseError
 */
export async function openCompactAsync(
  token: string,
  keys: Keys,
  maxLength: number,
  understood: readonly string[],
): Promise<OpenedJws> {
  const prepared = prepareCompact(token, keys, maxLength, understood, borrowMemory);
  await authenticateAsync(prepared, keys);
  return prepared;
}

/**
 * `openObject` with the signature checked on the thread pool.
 *
 * @throws JoseError
 */
export async function openObjectAsync(
  token: string,
  keys: Keys,
  maxLength: number,
  understood: readonly string[],
): Promise<OpenedObject> {
  const { header, key, payload } = await openCompactAsync(token, keys, maxLength, understood);
  return { header, key, payload: parseCheckedSegment(payload) };
}

async function authenticateAsync(prepared: PreparedJws, keys: Keys): Promise<void> {
  const material = materialOf(prepared.key);
  // A MAC is computed here and now, so it is compared as `authenticate` compares it.
  if (material.mac !== undefined) {
    authenticate(prepared, keys);
    return;
  }
  const input = Buffer.from(prepared.input, "latin1");
  if (!(await verifyBytesAsync(material, input, decodeSegment(prepared.signature)))) {
    throw mismatch();
  }
  rememberHeader(prepared, keys);
}

/** Everything before the signature check: length, dots, header, key, payload. */
function prepareCompact(
  token: string,
  keys: Keys,
  maxLength: number,
  understood: readonly string[],
  memoryOf: (bytes: number) => Buffer,
): PreparedJws {
  const { first, second } = locateDots(token, maxLength);
  const segment = token.slice(0, first);
  const seen = seenWith(keys).find(segment) as ResolvedHeader<Key, JwsHeader> | undefined;
  const { header, key } = seen ?? resolveNew(segment, keys, understood);
  // The check also proves that the segment is ASCII, which the signature input relies on.
  const payload = token.slice(first + 1, second);
  const memory = memoryOf(payload.length);
  const payloadBytes = decodeSegmentInto(memory, 0, payload);
  return {
    header,
    key,
    segment,
    isSeen: seen !== undefined,
    payload,
    memory,
    payloadBytes,
    input: token.slice(0, second),
    signature: token.slice(second + 1),
  };
}

function resolveNew(
  segment: string,
  keys: Keys,
  understood: readonly string[],
): ResolvedHeader<Key, JwsHeader> {
  const resolved = resolveHeader(parseHeader(segment), keys);
  const { header } = resolved;
  if (header.crit !== undefined) checkUnderstood(header, understood);
  // RFC 7797: an unencoded payload has functions of its own, and MUST NOT be in a JWT (section 7).
  if (header["b64"] !== undefined)
    throw new JoseError("header_invalid", "b64 is not allowed here", "b64");
  return resolved;
}

function rememberHeader({ isSeen, header, key, segment }: PreparedJws, keys: Keys): void {
  // Extensions are understood by one call and not by another, so such a header is looked at each time.
  if (isSeen || header.crit !== undefined) return;
  seenWith(keys).remember(segment, { header, key });
}

function mismatch(): JoseError {
  return new JoseError("signature_invalid", "the signature does not match");
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

/** The authenticated headers seen with a key or a set. */
function seenWith(keys: Keys): HeaderMemory<ResolvedHeader<Key>> {
  return keys instanceof KeySet ? seenHeaders(keys) : materialOf(keys).seen;
}

/**
 * Chooses the key for a header and checks that it may verify.
 *
 * @throws JoseError `key_not_found`, `key_ambiguous`, `algorithm_mismatch`, `key_invalid`
 * @throws TypeError for a private key: it has no business where tokens are verified
 */
export function resolveHeader(header: JwsHeader, keys: Keys): ResolvedHeader<Key, JwsHeader> {
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
