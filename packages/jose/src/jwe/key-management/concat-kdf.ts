// The key derivation of ECDH-ES: SHA-256 over a counter, the shared secret and what the key is for.
// RFC 7518 section 4.6.2, NIST SP 800-56A section 5.8.1.

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

/** What the derived key is bound to. */
export interface DerivationContext {
  /** `enc` where the key encrypts content, `alg` where it wraps a key. */
  readonly algorithm: string;
  readonly apu: Uint8Array;
  readonly apv: Uint8Array;
}

const HASH_BYTES = 32;

/** Derives a key of `keyBytes` bytes. */
export function deriveAgreedKey(
  secret: Buffer,
  keyBytes: number,
  context: DerivationContext,
): Buffer {
  const otherInfo = Buffer.concat([
    withLength(Buffer.from(context.algorithm, "latin1")),
    withLength(context.apu),
    withLength(context.apv),
    uint32(keyBytes * 8),
  ]);
  const blocks: Buffer[] = [];
  for (let counter = 1; (counter - 1) * HASH_BYTES < keyBytes; counter++) {
    blocks.push(
      createHash("sha256").update(uint32(counter)).update(secret).update(otherInfo).digest(),
    );
  }
  return Buffer.concat(blocks).subarray(0, keyBytes);
}

function withLength(bytes: Uint8Array): Buffer {
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
