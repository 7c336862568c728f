// What every verification of a JWS with any payload can be told, and what the compact form gives back.

import type { Key } from "../keys/key.ts";
import { MAX_JWS_LENGTH } from "../limits.ts";
import type { JwsHeader } from "./header.ts";

/** How a JWS is verified. */
export interface VerifyCompactOptions {
  /** Longest token accepted, in characters. Default 1,048,576. */
  readonly maxTokenLength?: number;
  /** Extensions in `crit` that the caller understands and will act on. Default none. */
  readonly understood?: readonly string[];
}

/** A compact JWS whose signature has been verified. */
export interface VerifiedCompact {
  readonly header: JwsHeader;
  readonly payload: Uint8Array;
  readonly key: Key;
}

const NONE: readonly string[] = [];

/** Checks the options and fills in the defaults. */
export function checkVerifyOptions(options: VerifyCompactOptions): Required<VerifyCompactOptions> {
  const { maxTokenLength = MAX_JWS_LENGTH, understood = NONE } = options;
  checkMaxLength(maxTokenLength);
  if (!Array.isArray(understood) || understood.includes("b64")) {
    throw new TypeError(
      "understood is a list of header names; b64 is understood where it may be used",
    );
  }
  return { maxTokenLength, understood };
}

/** Checks the option `maxTokenLength`. */
export function checkMaxLength(maxTokenLength: number): void {
  if (!Number.isSafeInteger(maxTokenLength) || maxTokenLength < 1) {
    throw new TypeError("maxTokenLength is a positive whole number");
  }
}
