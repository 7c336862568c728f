// From a key to the content encryption key and back, by the row the key is bound to. What goes wrong
// on the way back is never told: a random content key takes the place of one that could not be
// recovered, and decryption fails where it fails for a wrong tag too. RFC 7516 sections 5.1, 5.2 and 11.5.

import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { EcdhRow } from "../../algorithms.ts";
import type { JsonObject } from "../../encoding/json.ts";
import { type Key, type KeyMaterial, materialOf } from "../../keys/key.ts";
import { MAX_PARTY_INFO_BYTES } from "../../limits.ts";
import { unwrapWithAes, wrapWithAes } from "./aes-key-wrap.ts";
import { type DerivationContext, deriveAgreedKey } from "./concat-kdf.ts";
import type { ContentRow } from "../content-encryptions.ts";
import { unwrapWithGcm, wrapWithGcm } from "./gcm-key-wrap.ts";
import { type JweHeader, readBinary } from "../header.ts";
import { agreeWithEphemeral, agreeWithPublicKey } from "./key-agreement.ts";
import { unwrapWithPassword, wrapWithPassword } from "./password.ts";
import { unwrapWithRsa, wrapWithRsa } from "./rsa-oaep.ts";

/** A wrapped content key and the header parameters that a recipient needs for it. */
export interface WrappedKey {
  readonly encryptedKey: Buffer;
  readonly parameters: JsonObject;
}

/** What the sender may add to the derivation of a key. */
export interface SenderInputs {
  readonly apu: Uint8Array | undefined;
  readonly apv: Uint8Array | undefined;
  readonly passwordCount: number;
}

/** Whether a key gives the content key itself, so that a message can have one recipient only. */
export function isDirect(key: Key): boolean {
  const { row } = materialOf(key);
  return row.family === "content" || (row.family === "ecdh" && wrapBytesOf(row) === 0);
}

/** The content key that a direct key gives, and what the recipient needs to get the same. */
export function establishContentKey(
  key: Key,
  content: ContentRow,
  inputs: SenderInputs,
): WrappedKey & { readonly contentKey: Buffer } {
  const { row, curve, handle } = materialOf(key);
  const encryptedKey = Buffer.alloc(0);
  if (row.family === "content") {
    return { contentKey: handle.export(), encryptedKey, parameters: {} };
  }
  if (row.family !== "ecdh" || curve === undefined) throw new TypeError("not a direct key");
  const { secret, epk } = agreeWithPublicKey(curve, handle);
  const contentKey = deriveAgreedKey(secret, content.keyBytes, contextOf(content.name, inputs));
  return { contentKey, encryptedKey, parameters: { epk, ...partyInfo(inputs) } };
}

/** Wraps a content key for a recipient. */
export function wrapContentKey(key: Key, contentKey: Buffer, inputs: SenderInputs): WrappedKey {
  const { row, curve, handle } = materialOf(key);
  switch (row.family) {
    case "aeskw":
      return { encryptedKey: wrapWithAes(handle.export(), contentKey), parameters: {} };
    case "aesgcmkw":
      return wrapWithGcm(handle.export(), contentKey);
    case "pbes2":
      return wrapWithPassword(row, handle.export(), contentKey, inputs.passwordCount);
    case "oaep":
      return { encryptedKey: wrapWithRsa(row, handle, contentKey), parameters: {} };
    case "ecdh": {
      if (curve === undefined) break;
      const { secret, epk } = agreeWithPublicKey(curve, handle);
      const wrappingKey = deriveAgreedKey(secret, wrapBytesOf(row), contextOf(row.name, inputs));
      const encryptedKey = wrapWithAes(wrappingKey, contentKey);
      return { encryptedKey, parameters: { epk, ...partyInfo(inputs) } };
    }
    default:
  }
  throw new TypeError("the key does not wrap keys");
}

/**
 * The content key of a message. It always has the length that `enc` asks for; it is random when the
 * message does not hold one for this key.
 *
 * @throws JoseError `header_invalid` for a header parameter that is missing or out of bounds, which
 * everybody can see
 */
export function recoverContentKey(
  key: Key,
  content: ContentRow,
  header: JweHeader,
  encryptedKey: Buffer,
  maxPasswordCount: number,
): Buffer {
  // Made in every case, so that making it tells nothing (attack D8).
  const substitute = randomBytes(content.keyBytes);
  const material = materialOf(key);
  const found = unwrap(material, content, header, encryptedKey, maxPasswordCount);
  // RFC 7516 section 5.2 step 9: the length must fit `enc` (attack D11).
  return found !== undefined && found.length === content.keyBytes ? found : substitute;
}

function unwrap(
  material: KeyMaterial,
  content: ContentRow,
  header: JweHeader,
  encryptedKey: Buffer,
  maxCount: number,
): Buffer | undefined {
  const { row, curve, handle } = material;
  const { keyBytes } = content;
  switch (row.family) {
    case "content":
      return ifEmpty(encryptedKey, () => handle.export());
    case "aeskw":
      return unwrapWithAes(handle.export(), encryptedKey, keyBytes);
    case "aesgcmkw":
      return unwrapWithGcm(handle.export(), encryptedKey, header);
    case "pbes2":
      return unwrapWithPassword(row, handle.export(), encryptedKey, header, { keyBytes, maxCount });
    case "oaep":
      return unwrapWithRsa(row, handle, encryptedKey);
    case "ecdh": {
      if (curve === undefined) return undefined;
      const secret = agreeWithEphemeral(curve, handle, header["epk"]);
      const inputs = { apu: readPartyInfo(header, "apu"), apv: readPartyInfo(header, "apv") };
      if (secret === undefined) return undefined;
      const bytes = wrapBytesOf(row);
      if (bytes === 0) {
        return ifEmpty(encryptedKey, () =>
          deriveAgreedKey(secret, keyBytes, contextOf(content.name, inputs)),
        );
      }
      const wrappingKey = deriveAgreedKey(secret, bytes, contextOf(row.name, inputs));
      return unwrapWithAes(wrappingKey, encryptedKey, keyBytes);
    }
    default:
      return undefined;
  }
}

/** RFC 7516 section 5.2 step 10: no encrypted key beside a direct one (attack D9, CVE-2026-34986). */
function ifEmpty(encryptedKey: Buffer, contentKey: () => Buffer): Buffer | undefined {
  return encryptedKey.length === 0 ? contentKey() : undefined;
}

function wrapBytesOf(row: EcdhRow): 0 | 16 | 24 | 32 {
  switch (row.name) {
    case "ECDH-ES+A128KW":
      return 16;
    case "ECDH-ES+A192KW":
      return 24;
    case "ECDH-ES+A256KW":
      return 32;
    default:
      return 0;
  }
}

function contextOf(
  algorithm: string,
  inputs: Pick<SenderInputs, "apu" | "apv">,
): DerivationContext {
  const { apu = EMPTY, apv = EMPTY } = inputs;
  return { algorithm, apu, apv };
}

const EMPTY = new Uint8Array(0);

function partyInfo(inputs: SenderInputs): JsonObject {
  const { apu, apv } = inputs;
  return {
    ...(apu === undefined ? {} : { apu: Buffer.from(apu).toString("base64url") }),
    ...(apv === undefined ? {} : { apv: Buffer.from(apv).toString("base64url") }),
  };
}

function readPartyInfo(header: JweHeader, name: "apu" | "apv"): Buffer | undefined {
  return header[name] === undefined ? undefined : readBinary(header, name, 0, MAX_PARTY_INFO_BYTES);
}
