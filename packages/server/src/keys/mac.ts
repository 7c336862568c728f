// HMAC-SHA256 under one key, written out as the two hashes that it is (RFC 2104): an Hmac object of
// node:crypto is a stream and costs several times what the hashing does, and a renewal makes four
// MACs. Apart from refresh-key.ts, which knows what the keys are for. The tests hold it against
// node:crypto's own.

import { hash } from "node:crypto";

/** Bytes of a MAC. */
export const MAC_BYTES = 32;

/** Bytes that SHA-256 takes at a time: the key is padded to this. */
const BLOCK_BYTES = 64;

/** Computes HMAC-SHA256 of a message under a key that it keeps to itself. */
export type Mac = (message: Uint8Array) => Buffer;

/** Prepares the MAC of a key. @throws TypeError when the key is longer than a block */
export function createMac(key: Uint8Array): Mac {
  if (key.length > BLOCK_BYTES) throw new TypeError(`a MAC key has at most ${BLOCK_BYTES} bytes`);
  const innerPad = Buffer.alloc(BLOCK_BYTES, 0x36);
  const outerPad = Buffer.alloc(BLOCK_BYTES, 0x5c);
  for (const [index, byte] of key.entries()) {
    innerPad[index] = byte ^ 0x36;
    outerPad[index] = byte ^ 0x5c;
  }
  return (message) => {
    const inner = Buffer.allocUnsafe(BLOCK_BYTES + message.length);
    inner.set(innerPad, 0);
    inner.set(message, BLOCK_BYTES);
    const outer = Buffer.allocUnsafe(BLOCK_BYTES + MAC_BYTES);
    outer.set(outerPad, 0);
    // A one-byte string carries the inner hash across more cheaply than a buffer.
    outer.write(hash("sha256", inner, "binary"), BLOCK_BYTES, "latin1");
    const mac = Buffer.from(hash("sha256", outer, "binary"), "latin1");
    // Both came from the pool that others are given memory from, and they begin with the key.
    inner.fill(0, 0, BLOCK_BYTES);
    outer.fill(0, 0, BLOCK_BYTES);
    return mac;
  };
}
