// Handles: the opaque names that a token depends on, and how the ledger publishes their
// retirement. Design section 4. A published handle is bound to its ledger, so a restored or
// promoted ledger starts with clean names.

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

/** Bytes of a published handle. */
export const PUBLISHED_HANDLE_BYTES = 16;

/** SHA-256(ledger id, handle) cut to 128 bits, as 16 bytes. */
export function publishHandle(ledgerId: string, handle: string): Buffer {
  return createHash("sha256")
    .update(ledgerId)
    .update("\0")
    .update(handle)
    .digest()
    .subarray(0, PUBLISHED_HANDLE_BYTES);
}

/** The 24 bytes that an entry adds to the chain: published handle, then expiry in seconds. */
export function ledgerEntryBytes(publishedHandle: Uint8Array, expiresAt: number): Buffer {
  const bytes = Buffer.alloc(PUBLISHED_HANDLE_BYTES + 8);
  bytes.set(publishedHandle, 0);
  bytes.writeBigUInt64BE(BigInt(expiresAt), PUBLISHED_HANDLE_BYTES);
  return bytes;
}

/** `h(n) = SHA-256(h(n-1) | entry bytes)`; see {@link ledgerEntryBytes}. */
export function nextLedgerHash(previous: Uint8Array, entry: Uint8Array): Buffer {
  return createHash("sha256").update(previous).update(entry).digest();
}

/** `h(0)` of a ledger. */
export function firstLedgerHash(ledgerId: string): Buffer {
  return createHash("sha256").update("latchkey ledger\0").update(ledgerId).digest();
}
