// Signs bytes as a JWS in JSON form. RFC 7515 section 7.2.

import { Buffer } from "node:buffer";
import { checkJsonObject } from "../encoding/json-check.ts";
import type { JsonObject } from "../encoding/json.ts";
import { asBuffer } from "../encoding/segment.ts";
import type { Key } from "../keys/key.ts";
import { MAX_SIGNATURES } from "../limits.ts";
import { parseHeader } from "./header.ts";
import {
  checkDisjoint,
  type FlattenedJws,
  type GeneralJws,
  type JwsSignature,
} from "./json-shape.ts";
import { encodeHeader, encodeUnencodedHeader, type ExtraHeader } from "./protected-header.ts";
import { signParts } from "./signature.ts";

/** How a JWS in JSON form is signed. */
export interface SignJsonOptions {
  /** Protected header parameters beside `alg` and `kid`. */
  readonly header?: ExtraHeader;
  /** An unprotected header. Nobody vouches for what is in it. */
  readonly unprotectedHeader?: JsonObject;
  /** Carries the payload as text instead of base64url (RFC 7797); it must be UTF-8. Default false. */
  readonly unencoded?: boolean;
}

/**
 * Signs bytes as a flattened JWS.
 *
 * @throws JoseError `key_invalid`, `header_invalid`
 * @see RFC 7515 section 7.2.2
 */
export function signFlattened(
  payload: Uint8Array,
  key: Key,
  options: SignJsonOptions = {},
): FlattenedJws {
  return { payload: writePayload(payload, options), ...signOne(payload, key, options) };
}

/**
 * Signs bytes with several keys as a general JWS.
 *
 * @throws JoseError `key_invalid`, `header_invalid`
 * @see RFC 7515 section 7.2.1
 */
export function signGeneral(
  payload: Uint8Array,
  keys: readonly Key[],
  options: SignJsonOptions = {},
): GeneralJws {
  if (keys.length === 0 || keys.length > MAX_SIGNATURES) {
    throw new TypeError(`a general JWS has 1 to ${MAX_SIGNATURES} signatures`);
  }
  return {
    payload: writePayload(payload, options),
    signatures: keys.map((key) => signOne(payload, key, options)),
  };
}

function signOne(payload: Uint8Array, key: Key, options: SignJsonOptions): JwsSignature {
  const isEncoded = options.unencoded !== true;
  const header = isEncoded
    ? encodeHeader(key, undefined, options.header)
    : encodeUnencodedHeader(key, options.header);
  const signature = signParts(header, payload, isEncoded, key);
  const { unprotectedHeader } = options;
  if (unprotectedHeader === undefined) return { protected: header, signature };
  checkJsonObject(unprotectedHeader);
  checkDisjoint(parseHeader(header), unprotectedHeader);
  return { protected: header, header: unprotectedHeader, signature };
}

function writePayload(payload: Uint8Array, options: SignJsonOptions): string {
  if (!(payload instanceof Uint8Array)) throw new TypeError("the payload is bytes");
  const bytes = asBuffer(payload);
  if (options.unencoded !== true) return bytes.toString("base64url");
  const text = bytes.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(bytes))
    throw new TypeError("an unencoded payload is UTF-8");
  return text;
}
