// Makes messages that our own encrypter would not: any header, any content key, any tag. Written on
// node:crypto alone, so that a mistake in the package cannot hide itself.

import { createCipheriv, createHmac, randomBytes } from "node:crypto";
import { expect } from "vitest";
import { JoseError } from "../../src/index.ts";

/** What a forged message is made of. */
export interface Forgery {
  readonly header: object | string;
  readonly contentKey: Uint8Array;
  readonly plaintext?: Uint8Array | string;
  readonly encryptedKey?: Uint8Array;
  readonly iv?: Uint8Array;
  /** `aad` of the JSON forms, already in base64url. */
  readonly aad?: string;
  /** Bytes of the tag that are sent. */
  readonly tagBytes?: number;
}

/** The parts of a forged message, in base64url. */
export interface ForgedParts {
  readonly protected: string;
  readonly encrypted_key: string;
  readonly iv: string;
  readonly ciphertext: string;
  readonly tag: string;
}

const encode = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64url");

/** Encrypts with AES-GCM and any IV; the tag may be cut. */
export function forgeGcm(forgery: Forgery): ForgedParts {
  const { contentKey, plaintext = "content", iv = randomBytes(12), tagBytes = 16 } = forgery;
  const segment = segmentOf(forgery.header);
  const cipher = createCipheriv(`aes-${(contentKey.length * 8) as 256}-gcm`, contentKey, iv);
  cipher.setAAD(Buffer.from(aadOf(segment, forgery.aad)));
  const ciphertext = Buffer.concat([cipher.update(Buffer.from(plaintext)), cipher.final()]);
  return {
    protected: segment,
    encrypted_key: encode(forgery.encryptedKey ?? ""),
    iv: encode(iv),
    ciphertext: encode(ciphertext),
    tag: encode(cipher.getAuthTag().subarray(0, tagBytes)),
  };
}

/** Encrypts with A128CBC-HS256; `rawBlocks` skips the padding. */
export function forgeCbc(forgery: Forgery & { readonly rawBlocks?: Uint8Array }): ForgedParts {
  const { contentKey, plaintext = "content", iv = randomBytes(16), tagBytes = 16 } = forgery;
  const segment = segmentOf(forgery.header);
  const cipher = createCipheriv("aes-128-cbc", contentKey.subarray(16), iv);
  if (forgery.rawBlocks !== undefined) cipher.setAutoPadding(false);
  const input = forgery.rawBlocks ?? Buffer.from(plaintext);
  const ciphertext = Buffer.concat([cipher.update(input), cipher.final()]);
  const aad = Buffer.from(aadOf(segment, forgery.aad));
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(aad.length * 8));
  const tag = createHmac("sha256", contentKey.subarray(0, 16))
    .update(Buffer.concat([aad, iv, ciphertext, length]))
    .digest()
    .subarray(0, tagBytes);
  return {
    protected: segment,
    encrypted_key: encode(forgery.encryptedKey ?? ""),
    iv: encode(iv),
    ciphertext: encode(ciphertext),
    tag: encode(tag),
  };
}

/** The compact form of the parts. */
export function compact(parts: ForgedParts): string {
  return [parts.protected, parts.encrypted_key, parts.iv, parts.ciphertext, parts.tag].join(".");
}

/** The error that something throws, as far as a caller can see it. */
export function refusal(run: () => unknown): {
  code: string;
  member: string | undefined;
  message: string;
} {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(JoseError);
    const { code, member, message } = error as JoseError;
    return { code, member, message };
  }
  throw new Error("it was accepted");
}

/** The one answer to everything that depends on a secret. */
export const FAILED = {
  code: "decryption_failed",
  member: undefined,
  message: "the token could not be decrypted",
};

function segmentOf(header: object | string): string {
  return encode(typeof header === "string" ? header : JSON.stringify(header));
}

function aadOf(segment: string, aad: string | undefined): string {
  return aad === undefined ? segment : `${segment}.${aad}`;
}
