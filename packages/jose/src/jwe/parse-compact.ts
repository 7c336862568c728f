// The five parts of a compact JWE, without splitting: a megabyte of dots would become a million strings
// (CVE-2025-27144). RFC 7516 section 7.1.

import type { Buffer } from "node:buffer";
import { decodeSegment } from "../encoding/segment.ts";
import { JoseError } from "../error.ts";
import type { JweMessage } from "./open.ts";

/** A compact JWE, decoded and not looked into. */
export interface CompactParts {
  readonly message: JweMessage;
  readonly encryptedKey: Buffer;
}

/**
 * Takes a compact JWE apart.
 *
 * @throws JoseError `token_malformed`, `token_too_long`, `base64url_invalid`
 */
export function parseCompact(token: string, maxLength: number): CompactParts {
  if (typeof token !== "string") throw new JoseError("token_malformed", "a token is a string");
  if (token.length > maxLength) throw new JoseError("token_too_long", "the token is too long");
  const first = token.indexOf(".");
  const second = nextDot(token, first);
  const third = nextDot(token, second);
  const fourth = nextDot(token, third);
  if (first < 1 || fourth === -1 || token.includes(".", fourth + 1)) {
    throw new JoseError("token_malformed", "a compact JWE has five parts");
  }
  return {
    message: {
      protectedSegment: token.slice(0, first),
      aadSegment: undefined,
      iv: decodeSegment(token.slice(second + 1, third)),
      ciphertext: decodeSegment(token.slice(third + 1, fourth)),
      tag: decodeSegment(token.slice(fourth + 1)),
    },
    encryptedKey: decodeSegment(token.slice(first + 1, second)),
  };
}

function nextDot(token: string, after: number): number {
  return after === -1 ? -1 : token.indexOf(".", after + 1);
}
