// The signature primitives: bytes in, bytes out, by the row a key is bound to. Everything above this
// file is format. ECDSA goes through DER because OpenSSL signs twice as fast that way.

import type { Buffer } from "node:buffer";
import { createHmac, sign, timingSafeEqual, verify } from "node:crypto";
import { okpCurve } from "../algorithms.ts";
import { joinSignature, splitSignature } from "./ecdsa-signature.ts";
import type { KeyMaterial } from "./key.ts";

/** Signs or MACs bytes with a private or secret key. */
export function signBytes(
  key: Pick<KeyMaterial, "row" | "handle" | "signInput">,
  input: Buffer,
): Buffer {
  const { row } = key;
  switch (row.family) {
    case "hmac":
      return createHmac(row.hash, key.handle).update(input).digest();
    case "pkcs1":
    case "pss":
      return sign(row.hash, input, key.signInput);
    case "ecdsa":
      return splitSignature(sign(row.hash, input, key.handle), row.crv);
    default:
      return sign(null, input, key.handle);
  }
}

/** Verifies a signature or MAC. False for anything but a match; never throws for a bad signature. */
export function verifyBytes(
  key: Pick<KeyMaterial, "row" | "handle" | "verifyInput">,
  input: Buffer,
  signature: Buffer,
): boolean {
  const { row } = key;
  switch (row.family) {
    case "hmac": {
      if (signature.length !== row.bytes) return false;
      return timingSafeEqual(createHmac(row.hash, key.handle).update(input).digest(), signature);
    }
    case "pkcs1":
    case "pss":
      return verify(row.hash, input, key.verifyInput, signature);
    case "ecdsa": {
      const der = joinSignature(signature, row.crv);
      return der !== undefined && verify(row.hash, input, key.handle, der);
    }
    default:
      return (
        signature.length === okpCurve(row.crv).signatureBytes &&
        verify(null, input, key.handle, signature)
      );
  }
}
