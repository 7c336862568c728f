// Seals what must not lie open in the database (private keys, refresh keys) with AES-256-GCM
// under a key-encryption key (KEK) that is kept apart from it. Design section 5. The additional
// data binds a sealed value to its place: it opens as nothing else, under no other KEK.

import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";

/** Bytes of a key-encryption key. */
export const KEY_ENCRYPTION_KEY_BYTES = 32;

const IV_BYTES = 12;
const TAG_BYTES = 16;
const CHECK_BYTES = 16;

/** Why sealed keys cannot be used. */
export type KeyEncryptionErrorCode =
  | "key_encryption_key_missing"
  | "key_encryption_key_wrong"
  | "key_encryption_key_exposed";

/** Thrown when the key-encryption key is not there or not the right one. */
export class KeyEncryptionError extends Error {
  override readonly name = "KeyEncryptionError";
  readonly code: KeyEncryptionErrorCode;

  constructor(code: KeyEncryptionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A key-encryption key with its id. */
export interface KeyEncryptionKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** The place that a sealed value belongs to. */
export interface SealedPlace {
  readonly purpose: string;
  readonly id: string;
  readonly alg: string;
}

/** Seals and unseals. */
export interface KeyEncryption {
  /** The KEK that seals. */
  readonly currentId: string;
  /** Seals bytes for a place: 12 bytes IV, ciphertext, 16 bytes tag. */
  seal(place: SealedPlace, plaintext: Uint8Array): { kekId: string; sealed: Uint8Array };
  /** Opens what was sealed for this place. @throws KeyEncryptionError key_encryption_key_wrong */
  unseal(place: SealedPlace & { readonly kekId: string }, sealed: Uint8Array): Uint8Array;
}

/**
 * Makes a KeyEncryption from keys at hand; the first seals, all unseal.
 *
 * @throws TypeError when there is none, one is blank or not 32 bytes long, or two have the same id
 */
export function createKeyEncryption(keys: readonly KeyEncryptionKey[]): KeyEncryption {
  const [current] = keys;
  if (current === undefined) throw new TypeError("at least one key-encryption key is needed");
  const byId = new Map<string, Uint8Array>();
  for (const { id, key } of keys) {
    if (id === "") throw new TypeError("a key-encryption key needs an id");
    if (byId.has(id)) throw new TypeError(`two key-encryption keys have the id ${id}`);
    if (key.length !== KEY_ENCRYPTION_KEY_BYTES) {
      throw new TypeError(`key-encryption key ${id} is not ${KEY_ENCRYPTION_KEY_BYTES} bytes long`);
    }
    // What a buffer is before anybody filled it.
    if (key.every((byte) => byte === 0)) {
      throw new TypeError(`key-encryption key ${id} is blank`);
    }
    byId.set(id, new Uint8Array(key));
  }
  return {
    currentId: current.id,

    seal(place, plaintext) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", keyOf(byId, current.id), iv);
      cipher.setAAD(additionalData({ ...place, kekId: current.id }));
      const sealed = Buffer.concat([
        iv,
        cipher.update(plaintext),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return { kekId: current.id, sealed };
    },

    unseal(place, sealed) {
      const key = keyOf(byId, place.kekId);
      try {
        const bytes = Buffer.from(sealed);
        const tagAt = bytes.length - TAG_BYTES;
        const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(additionalData(place));
        decipher.setAuthTag(bytes.subarray(tagAt));
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, tagAt)), decipher.final()]);
      } catch (cause) {
        throw new KeyEncryptionError(
          "key_encryption_key_wrong",
          `the ${place.purpose} key ${place.id} does not open with key-encryption key ${place.kekId}`,
          { cause },
        );
      }
    },
  };
}

/** A value that tells whether a key-encryption key is whole, and nothing else about it. */
export function keyCheckValue(kek: KeyEncryptionKey): string {
  return createHmac("sha256", kek.key)
    .update("latchkey key-encryption key\0")
    .update(kek.id)
    .digest()
    .subarray(0, CHECK_BYTES)
    .toString("base64url");
}

function keyOf(keys: ReadonlyMap<string, Uint8Array>, id: string): Uint8Array {
  const key = keys.get(id);
  if (key === undefined) {
    throw new KeyEncryptionError(
      "key_encryption_key_wrong",
      `the database was sealed with key-encryption key ${id}; at hand: ${[...keys.keys()].join(", ")}`,
    );
  }
  return key;
}

// JSON, because it is unambiguous: no choice of names makes two places read the same.
function additionalData(place: SealedPlace & { readonly kekId: string }): Buffer {
  return Buffer.from(
    JSON.stringify(["latchkey sealed key 1", place.purpose, place.id, place.alg, place.kekId]),
  );
}
