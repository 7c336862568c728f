// What a decrypter allows: the same options for every serialisation.

import type { JweContentAlgorithm } from "../algorithms.ts";
import { MAX_INFLATED_BYTES, MAX_JWE_LENGTH, MAX_PBES2_COUNT, MIN_PBES2_COUNT } from "../limits.ts";
import { findContentRow, listContentEncryptions } from "./content-encryptions.ts";

/** How a JWE is decrypted. */
export interface DecryptOptions {
  /** The values of `enc` that are accepted. Default: the six of `listContentEncryptions`. */
  readonly allowedEnc?: readonly JweContentAlgorithm[];
  /** Longest token accepted, in characters. Default 1,048,576. */
  readonly maxTokenLength?: number;
  /** Extensions in `crit` that the caller understands and will act on. Default none. */
  readonly understood?: readonly string[];
  /** Accepts compressed content (`zip` is `DEF`). Without it such a token is refused. */
  readonly allowCompression?: true;
  /** Most bytes that compressed content may swell to. Default 250,000. */
  readonly maxInflatedBytes?: number;
  /**
   * Most iterations of PBES2 for one message, over all its recipients. Default 1,200,000, which keep one
   * core busy for up to a second. Only keys bound to a PBES2 algorithm are concerned.
   */
  readonly maxPasswordCount?: number;
}

/** Every option with its value. */
export interface DecryptRules {
  readonly allowedEnc: readonly JweContentAlgorithm[];
  readonly maxTokenLength: number;
  readonly understood: readonly string[];
  readonly allowCompression: boolean;
  readonly maxInflatedBytes: number;
  readonly maxPasswordCount: number;
  readonly allowUnprotectedEnc: boolean;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError
 */
export function resolveDecryptOptions(options: DecryptOptions): DecryptRules {
  const {
    allowedEnc = listContentEncryptions(),
    maxTokenLength = MAX_JWE_LENGTH,
    understood = [],
    maxInflatedBytes = MAX_INFLATED_BYTES,
    maxPasswordCount = MAX_PBES2_COUNT,
  } = options;
  if (!Array.isArray(allowedEnc) || allowedEnc.length === 0 || !allowedEnc.every(isEnc)) {
    throw new TypeError("allowedEnc is a non-empty list of content encryptions");
  }
  if (!Array.isArray(understood) || !understood.every((name) => typeof name === "string")) {
    throw new TypeError("understood is a list of header names");
  }
  checkCount(maxTokenLength, 1, "maxTokenLength");
  checkCount(maxInflatedBytes, 1, "maxInflatedBytes");
  checkCount(maxPasswordCount, MIN_PBES2_COUNT, "maxPasswordCount");
  return {
    allowedEnc,
    maxTokenLength,
    understood,
    allowCompression: options.allowCompression === true,
    maxInflatedBytes,
    maxPasswordCount,
    allowUnprotectedEnc: false,
  };
}

function isEnc(name: unknown): boolean {
  return findContentRow(name) !== undefined;
}

function checkCount(value: number, minimum: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < minimum) {
    throw new TypeError(`${name} is a whole number from ${minimum}`);
  }
}
