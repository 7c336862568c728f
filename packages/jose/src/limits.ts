// Every bound of this package in one place. A bound that can be configured is the default of an
// option; the others are fixed.

/** Longest JWT accepted by default, in characters. Option: `maxTokenLength`. */
export const MAX_JWT_LENGTH = 16_384;

/** Longest compact JWS accepted by default, in characters. Option: `maxTokenLength`. */
export const MAX_JWS_LENGTH = 1_048_576;

/** Deepest nesting of objects and arrays in any JSON that is parsed or signed. */
export const MAX_JSON_DEPTH = 32;

/** Largest clock tolerance that can be asked for, in seconds. RFC 7519 section 4.1.4: "a few minutes". */
export const MAX_CLOCK_TOLERANCE_SECONDS = 300;

/** Longest duration that can be written, in seconds: 100 years of 365.25 days. */
export const MAX_DURATION_SECONDS = 3_155_760_000;

/** Most keys in a key set, and most entries read from a JWK Set. */
export const MAX_KEYS_IN_SET = 100;

/** Most names in a `crit` list. */
export const MAX_CRITICAL_NAMES = 8;

/** Most signatures in a JWS in JSON form. */
export const MAX_SIGNATURES = 10;

/** Authenticated header segments remembered for each key or key set. */
export const MAX_REMEMBERED_HEADERS = 64;

/** Longest header segment remembered, in characters. */
export const MAX_REMEMBERED_HEADER_LENGTH = 512;

/** RSA modulus length, in bits. RFC 7518 section 3.3 sets the minimum; the maximum bounds the work. */
export const MIN_RSA_BITS = 2048;
export const MAX_RSA_BITS = 16_384;

/** RSA public exponent length, in bytes: a larger one makes each verification as slow as signing. */
export const MAX_RSA_EXPONENT_BYTES = 8;

/** Longest HMAC secret, in bytes. */
export const MAX_SECRET_BYTES = 4096;

/** Longest member of a JWK, in characters: the modulus of the longest RSA key fits twice. */
export const MAX_JWK_MEMBER_LENGTH = 8192;

/** Longest PEM text, in characters. */
export const MAX_PEM_LENGTH = 65_536;

/** Longest `kid`, in characters. */
export const MAX_KEY_ID_LENGTH = 256;

/** Longest JWE accepted by default, in characters. Option: `maxTokenLength`. */
export const MAX_JWE_LENGTH = 1_048_576;

/** Most recipients of one JWE. */
export const MAX_RECIPIENTS = 10;

/** Most bytes that compressed content may swell to by default. Option: `maxInflatedBytes`. */
export const MAX_INFLATED_BYTES = 250_000;

/** Iterations of PBES2. RFC 7518 section 4.8.1.2 sets the minimum. Option: `maxPasswordCount`. */
export const MIN_PBES2_COUNT = 1000;
export const MAX_PBES2_COUNT = 1_200_000;

/** Salt of PBES2, in bytes. RFC 7518 section 4.8.1.1 sets the minimum. */
export const MIN_PBES2_SALT_BYTES = 8;
export const MAX_PBES2_SALT_BYTES = 256;

/** Longest `apu` or `apv`, in bytes. */
export const MAX_PARTY_INFO_BYTES = 512;
