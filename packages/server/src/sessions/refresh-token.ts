// The refresh token's text: `lkr_` and 54 bytes in base64url. Apart from rotation.ts because this
// file knows bytes and keys and nothing of time. Design section 3.
//
//   version 1 | key id 1 | session id 16 | generation 4 | filter 8 | MAC 24
//
// filter = HMAC-SHA256(k1, the 22 bytes before it), cut to 8: refuses garbage without the store.
// MAC = HMAC-SHA256(k2, the 30 bytes before it | the session row's nonce), cut to 24: needs both
// the key and the row, so neither a leaked database nor a leaked key makes a token.

import { timingSafeEqual } from "node:crypto";
import type { RefreshKey } from "../keys/refresh-key.ts";

const PREFIX = "lkr_";
const VERSION = 1;
const SESSION_ID_AT = 2;
const GENERATION_AT = 18;
const FILTER_AT = 22;
const MAC_AT = 30;
const TOKEN_BYTES = 54;

// 54 is a multiple of three: the text has no padding and no spare bits, so each text is canonical.
const TOKEN_TEXT = /^lkr_[A-Za-z0-9_-]{72}$/;

/** Characters of a refresh token. */
export const REFRESH_TOKEN_LENGTH = 76;

/** A refresh token whose filter is verified and whose MAC is not: its session must be read first. */
export interface UnverifiedRefreshToken {
  readonly keyId: number;
  readonly sessionId: string;
  readonly generation: number;
  readonly bytes: Uint8Array;
}

/** What makes a refresh token. */
export interface RefreshTokenInput {
  readonly key: RefreshKey;
  /** 22 characters of base64url. */
  readonly sessionId: string;
  /** The session row's 16 random bytes. */
  readonly nonce: Uint8Array;
  readonly generation: number;
}

/** Makes the refresh token of a session's generation. The same input makes the same token. */
export function issueRefreshToken(input: RefreshTokenInput): string {
  const bytes = Buffer.alloc(TOKEN_BYTES);
  bytes[0] = VERSION;
  bytes.writeUInt8(input.key.id, 1);
  const sessionId = Buffer.from(input.sessionId, "base64url");
  if (sessionId.length !== GENERATION_AT - SESSION_ID_AT) {
    throw new TypeError("a session id has 16 bytes");
  }
  bytes.set(sessionId, SESSION_ID_AT);
  bytes.writeUInt32BE(input.generation, GENERATION_AT);
  bytes.set(filterOf(bytes, input.key), FILTER_AT);
  bytes.set(macOf(bytes, input.key, input.nonce), MAC_AT);
  return PREFIX + bytes.toString("base64url");
}

/**
 * Reads a refresh token, without I/O. Undefined for anything that this server did not make.
 *
 * @param findKey the refresh key of an id, undefined when there is none
 */
export function parseRefreshToken(
  text: unknown,
  findKey: (id: number) => RefreshKey | undefined,
): UnverifiedRefreshToken | undefined {
  if (typeof text !== "string" || text.length !== REFRESH_TOKEN_LENGTH) return undefined;
  if (!TOKEN_TEXT.test(text)) return undefined;
  const bytes = Buffer.from(text.slice(PREFIX.length), "base64url");
  if (bytes.length !== TOKEN_BYTES || bytes[0] !== VERSION) return undefined;
  const key = findKey(bytes.readUInt8(1));
  if (key === undefined) return undefined;
  if (!timingSafeEqual(filterOf(bytes, key), bytes.subarray(FILTER_AT, MAC_AT))) return undefined;
  return {
    keyId: key.id,
    sessionId: bytes.subarray(SESSION_ID_AT, GENERATION_AT).toString("base64url"),
    generation: bytes.readUInt32BE(GENERATION_AT),
    bytes,
  };
}

/** Tells whether a token is of the session that has this nonce. Takes the same time either way. */
export function hasValidMac(
  token: UnverifiedRefreshToken,
  key: RefreshKey,
  nonce: Uint8Array,
): boolean {
  return timingSafeEqual(macOf(token.bytes, key, nonce), token.bytes.subarray(MAC_AT));
}

function filterOf(bytes: Uint8Array, key: RefreshKey): Uint8Array {
  return key.filter(bytes.subarray(0, FILTER_AT)).subarray(0, MAC_AT - FILTER_AT);
}

function macOf(bytes: Uint8Array, key: RefreshKey, nonce: Uint8Array): Uint8Array {
  const message = Buffer.allocUnsafe(MAC_AT + nonce.length);
  message.set(bytes.subarray(0, MAC_AT), 0);
  message.set(nonce, MAC_AT);
  return key.mac(message).subarray(0, TOKEN_BYTES - MAC_AT);
}
