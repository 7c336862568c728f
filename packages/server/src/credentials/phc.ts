// PHC strings of argon2: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`, base64 without padding;
// `keyid=` after `p` names the pepper. Parameters read from a stored string are bounded: whoever can
// write one row must not be able to make one login cost gigabytes.
// https://github.com/P-H-C/phc-string-format

/** Work of an argon2 hash. */
export interface Argon2Parameters {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** The variants of argon2. New hashes are argon2id; the others come with imported accounts. */
export type Argon2Variant = "argon2id" | "argon2i" | "argon2d";

/** A stored password hash. */
export interface PasswordHash extends Argon2Parameters {
  readonly variant: Argon2Variant;
  /** The pepper that went into it; null for none. */
  readonly pepperId: string | null;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** The most work that a stored hash may ask for: memory in KiB, passes, lanes. */
export const MAX_ARGON2: Argon2Parameters = { memory: 262_144, passes: 16, parallelism: 8 };

/** Characters of a PHC string. */
export const MAX_PHC_LENGTH = 256;

/** What names a pepper. The PHC format gives a `keyid` eight bytes. */
export const PEPPER_ID = /^[A-Za-z0-9_-]{1,8}$/;

const PHC =
  /^\$(argon2(?:id|i|d))\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d?),p=([1-9])(?:,keyid=([A-Za-z0-9+/]{2,11}))?\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** Reads a PHC string; undefined when it is malformed or asks for more than the bounds. */
export function parsePhc(text: string): PasswordHash | undefined {
  const match = text.length <= MAX_PHC_LENGTH ? PHC.exec(text) : null;
  if (match === null) return undefined;
  const [, variant, memory, passes, parallelism, keyId, salt, hash] = match;
  const parsed: PasswordHash = {
    // The pattern has only these three.
    variant: variant as Argon2Variant,
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    pepperId: keyId === undefined ? null : Buffer.from(keyId, "base64").toString("latin1"),
    salt: Buffer.from(salt ?? "", "base64"),
    hash: Buffer.from(hash ?? "", "base64"),
  };
  const isBounded =
    parsed.memory <= MAX_ARGON2.memory &&
    parsed.passes <= MAX_ARGON2.passes &&
    parsed.parallelism <= MAX_ARGON2.parallelism &&
    parsed.memory >= 8 * parsed.parallelism;
  const hasPepperId = parsed.pepperId === null || PEPPER_ID.test(parsed.pepperId);
  return isBounded && hasPepperId ? parsed : undefined;
}

/** Writes a PHC string. */
export function formatPhc(hash: PasswordHash): string {
  const { variant, memory, passes, parallelism, pepperId } = hash;
  const keyId = pepperId === null ? "" : `,keyid=${encode(Buffer.from(pepperId, "latin1"))}`;
  const work = `m=${memory},t=${passes},p=${parallelism}${keyId}`;
  return `$${variant}$v=19$${work}$${encode(hash.salt)}$${encode(hash.hash)}`;
}

function encode(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
