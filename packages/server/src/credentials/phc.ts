// PHC strings of argon2id: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`, base64 without padding.
// Parameters read from a stored string are bounded: whoever can write one row must not be able to
// make one login cost gigabytes.

/** Work of an argon2id hash. */
export interface Argon2Parameters {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** A stored password hash. */
export interface PasswordHash extends Argon2Parameters {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** The most work that a stored hash may ask for: memory in KiB, passes, lanes. */
export const MAX_ARGON2: Argon2Parameters = { memory: 262_144, passes: 16, parallelism: 8 };

/** Characters of a PHC string. */
export const MAX_PHC_LENGTH = 256;

const PHC =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d?),p=([1-9])\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** Reads a PHC string; undefined when it is malformed or asks for more than the bounds. */
export function parsePhc(text: string): PasswordHash | undefined {
  const match = text.length <= MAX_PHC_LENGTH ? PHC.exec(text) : null;
  if (match === null) return undefined;
  const [, memory, passes, parallelism, salt, hash] = match;
  const parsed = {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt ?? "", "base64"),
    hash: Buffer.from(hash ?? "", "base64"),
  };
  const isBounded =
    parsed.memory <= MAX_ARGON2.memory &&
    parsed.passes <= MAX_ARGON2.passes &&
    parsed.parallelism <= MAX_ARGON2.parallelism &&
    parsed.memory >= 8 * parsed.parallelism;
  return isBounded ? parsed : undefined;
}

/** Writes a PHC string. */
export function formatPhc(hash: PasswordHash): string {
  const { memory, passes, parallelism } = hash;
  const encode = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(hash.salt)}$${encode(hash.hash)}`;
}
