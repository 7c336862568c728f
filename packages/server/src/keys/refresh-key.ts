// A refresh key: 32 random bytes, from which HKDF derives the two HMAC keys of refresh tokens,
// and those of form tokens (http/form-token.ts) and of one-time codes (codes/): every node has them,
// and no store keeps them in clear.
// Design section 3, "Refresh token"; RFC 5869.

import { hkdfSync } from "node:crypto";
import { createMac, type Mac } from "./mac.ts";

/** Bytes of a refresh key. */
export const REFRESH_KEY_BYTES = 32;

/** `alg` of a refresh key in the database. */
export const REFRESH_KEY_ALG = "HKDF-SHA256";

/** The largest id: it is one byte of the token. */
export const MAX_REFRESH_KEY_ID = 255;

/** A refresh key, as the codec of refresh tokens takes it. */
export interface RefreshKey {
  /** 0 to 255. */
  readonly id: number;
  /** HMAC under k1: makes the filter, which is checked without I/O. */
  readonly filter: Mac;
  /** HMAC under k2: makes the MAC, together with the session's nonce. */
  readonly mac: Mac;
  /** Hashes the six digits of one-time codes. */
  readonly code: Mac;
  /** Signs the tokens of hosted forms. */
  readonly form: Mac;
}

/** Derives k1 and k2. @throws TypeError when the secret or the id cannot be a refresh key's */
export function deriveRefreshKey(id: number, secret: Uint8Array): RefreshKey {
  if (!Number.isInteger(id) || id < 0 || id > MAX_REFRESH_KEY_ID) {
    throw new TypeError("a refresh key's id is one byte");
  }
  if (secret.length !== REFRESH_KEY_BYTES) {
    throw new TypeError(`a refresh key has ${REFRESH_KEY_BYTES} bytes`);
  }
  const derive = (info: string): Mac =>
    createMac(Buffer.from(hkdfSync("sha256", secret, Buffer.alloc(0), info, 32)));
  return Object.freeze({
    id,
    filter: derive("latchkey refresh token filter"),
    mac: derive("latchkey refresh token mac"),
    code: derive("latchkey one-time code"),
    form: derive("latchkey form token"),
  });
}
