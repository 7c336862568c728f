// Every bound of this package in one place. A bound that can be configured is the default of an
// option; the others are fixed.

/** Longest wait for the first keys and the first snapshot, in seconds. Option: `startupTimeout`. */
export const STARTUP_TIMEOUT_SECONDS = 2;

/** Age of the feed from which it counts as stale, in seconds. Option: `maxStaleness`. */
export const MAX_STALENESS_SECONDS = 30;

/** Tolerance for clocks that differ, in seconds. Option: `clockTolerance`. */
export const CLOCK_TOLERANCE_SECONDS = 5;

/** Largest `clockTolerance` that can be asked for, in seconds. */
export const MAX_CLOCK_TOLERANCE_SECONDS = 60;

/** Time between two questions to the feed, in milliseconds. Option: `pollInterval`. */
export const POLL_INTERVAL_MS = 1000;

/** Shortest and longest `pollInterval`, in milliseconds. */
export const MIN_POLL_INTERVAL_MS = 10;
export const MAX_POLL_INTERVAL_MS = 86_400_000;

/** First and longest pause after failures, in milliseconds. */
export const BACK_OFF_MS = 1000;
export const MAX_BACK_OFF_MS = 5000;

/** Time between two looks at a JWKS, in seconds. Option: `keyRefreshInterval`. */
export const KEY_REFRESH_SECONDS = 300;

/** A token with an unknown `kid` causes at most one fetch in this time, in seconds. Option: `keyCooldown`. */
export const KEY_COOLDOWN_SECONDS = 30;

/** Keys that no fetch confirmed for this long stop verifying, in seconds. */
export const KEY_CONFIRMATION_SECONDS = 86_400;

/** Longest duration of one fetch, its body included, in seconds. Option: `fetchTimeout`. */
export const FETCH_TIMEOUT_SECONDS = 5;

/** Bytes of a metadata document, at most. */
export const METADATA_BYTES = 65_536;

/** Bytes of a JWK Set, at most. */
export const JWK_SET_BYTES = 131_072;

/**
 * Tolerance for the times of a feed's slices, in seconds. Wider than for tokens: a guard whose
 * clock is a little behind should hear revocations all the same, and staleness bounds the harm.
 */
export const FEED_CLOCK_TOLERANCE_SECONDS = 60;

/** Seconds between two signs of life of a feed that streams or waits. */
export const FEED_HEARTBEAT_SECONDS = 5;

/** A stream that brings nothing new for this long, heartbeats included, is given up, in milliseconds. */
export const STREAM_SILENCE_MS = 12_000;

/** A stream that lives shorter than this was cut, in milliseconds; after so many none is tried. */
export const SHORT_STREAM_MS = 5000;
export const SHORT_STREAMS = 3;

/** First and longest time without trying a stream once streams failed, in milliseconds. */
export const WITHOUT_STREAM_MS = 30_000;
export const MAX_WITHOUT_STREAM_MS = 600_000;

/** Slices read in one go, at most: two million entries. */
export const MAX_SLICES_PER_POLL = 2000;

/** Retired handles kept, at most. Beyond it the feed counts as failing, and so becomes stale. */
export const MAX_RETIRED_HANDLES = 2_000_000;

/** Ledgers whose entries are kept side by side, at most. */
export const MAX_LEDGERS = 8;

/** Places of the table of retired handles looked at by one step of the sweep, about. */
export const SWEEP_STEP = 100_000;

/** A serverless guard asks the feed at most once in this time, in milliseconds. */
export const PULL_INTERVAL_MS = 1000;

/** Age of an answer about a token from which the issuer is asked again, in milliseconds. */
export const INTROSPECTION_CACHE_MS = 1000;

/** Answers about tokens remembered, at most. */
export const MAX_INTROSPECTIONS = 10_000;

/** Questions about tokens under way, at most; beyond it tokens are refused. */
export const MAX_INTROSPECTIONS_UNDER_WAY = 64;

/** Bytes of an answer about a token, at most. */
export const INTROSPECTION_BYTES = 65_536;

/** One-time tokens remembered until they expire. Option: `onceStoreSize`. */
export const ONCE_STORE_SIZE = 100_000;

/** Largest `onceStoreSize` that can be asked for. */
export const MAX_ONCE_STORE_SIZE = 10_000_000;

/** Verified tokens remembered. Option: `cacheSize`. */
export const CACHE_SIZE = 10_000;

/** Largest `cacheSize` that can be asked for. */
export const MAX_CACHE_SIZE = 1_000_000;

/** Memory for verified tokens, in bytes, about. Option: `cacheBytes`. */
export const CACHE_BYTES: number = 64 * 1024 * 1024;

/** Largest `cacheBytes` that can be asked for. */
export const MAX_CACHE_BYTES: number = 4 * 1024 * 1024 * 1024;

/** Longest token that is remembered, in characters. */
export const MAX_CACHED_TOKEN_LENGTH = 4096;
