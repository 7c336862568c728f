// Attempt keys: what lets a client repeat a renewal whose answer it never saw, at any time. They
// are as secret as the token, so only their hashes leave this file. Design section 3.

import { createHash } from "node:crypto";

/** Settled keys that a request may carry. */
export const MAX_SETTLED_KEYS = 4;

// 32 bytes: 43 characters, the last of which carries four bits of data.
const ATTEMPT_KEY = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** The attempt keys of a request, hashed: SHA-256 in base64url. */
export interface AttemptKeys {
  readonly attemptKeyHash: string | null;
  readonly settledKeyHashes: readonly string[];
}

/**
 * Reads the values of the attempt-key headers.
 *
 * @returns undefined when a value is not 32 bytes of canonical base64url, or there are too many
 */
export function parseAttemptKeys(
  attemptKey: string | null,
  settledKeys: string | null,
): AttemptKeys | undefined {
  const settled = settledKeys === null ? [] : settledKeys.split(",").map((key) => key.trim());
  if (settled.length > MAX_SETTLED_KEYS) return undefined;
  const keys = attemptKey === null ? settled : [attemptKey, ...settled];
  if (!keys.every((key) => ATTEMPT_KEY.test(key))) return undefined;
  return {
    attemptKeyHash: attemptKey === null ? null : hashAttemptKey(attemptKey),
    settledKeyHashes: settled.map(hashAttemptKey),
  };
}

function hashAttemptKey(key: string): string {
  return createHash("sha256").update(key, "ascii").digest("base64url");
}
