// The options of a guard: read once, when it is built, so a mistake stops the start of the API
// (TypeError) and not its first request.

import {
  type Duration,
  type KeyAlgorithm,
  listSignatureAlgorithms,
  parseDuration,
} from "@latchkey/jose";
import type { Authentication } from "./authentication.ts";
import { checkIssuer } from "./discovery.ts";
import { type Credentials, parseCredentials } from "./credentials.ts";
import {
  CACHE_BYTES,
  CACHE_SIZE,
  CLOCK_TOLERANCE_SECONDS,
  FETCH_TIMEOUT_SECONDS,
  KEY_COOLDOWN_SECONDS,
  KEY_REFRESH_SECONDS,
  MAX_CACHE_BYTES,
  MAX_CACHE_SIZE,
  MAX_CLOCK_TOLERANCE_SECONDS,
  MAX_POLL_INTERVAL_MS,
  MAX_ONCE_STORE_SIZE,
  MAX_STALENESS_SECONDS,
  MIN_POLL_INTERVAL_MS,
  ONCE_STORE_SIZE,
  POLL_INTERVAL_MS,
  STARTUP_TIMEOUT_SECONDS,
} from "./limits.ts";
import { createOnceStore, type OnceStore } from "./once-store.ts";

/** How a guard is configured. `issuer` and `audience` are enough. */
export interface GuardOptions {
  /** The authentication server's issuer URL, exactly as it stands in tokens. */
  readonly issuer: string;
  /** The names of this API; a token must be for one of them. */
  readonly audience: string | readonly string[];
  /** How long the first requests wait for keys and revocations. Default 2 seconds. */
  readonly startupTimeout?: Duration;
  /** Accepts tokens before the first snapshot of revocations was read. Default false. */
  readonly allowColdStart?: boolean;
  /** Age of the revocation feed from which it counts as stale. Default 30 seconds. */
  readonly maxStaleness?: Duration;
  /**
   * What happens while the feed is stale: `allow` (default) goes on, `deny` answers 503, `introspect`
   * asks the issuer about each token (RFC 7662) and needs `credentials`.
   */
  readonly onStale?: OnStale;
  /** Who this guard is to the issuer: for `introspect`, and for a feed that is not public. */
  readonly credentials?: Credentials;
  /**
   * `background` (default) follows the feed all the time. `pull` is for runtimes that stop between
   * requests: nothing runs in the background, and the feed is asked before answering, at most once
   * a second.
   */
  readonly mode?: "background" | "pull";
  /**
   * Algorithms that tokens may be signed with; a key of the issuer without `alg` is bound to the one
   * that fits it. Default: every algorithm, and keys without `alg` are ignored.
   */
  readonly algorithms?: readonly KeyAlgorithm[];
  /**
   * Accepts tokens whose `typ` is one of these besides `at+jwt`, e.g. `["JWT"]` for Keycloak or Auth0.
   * Such an issuer's ID tokens may look the same: only `audience` tells them apart.
   */
  readonly dangerouslyAcceptTypes?: readonly string[];
  /**
   * Claims that tokens must have besides `iss`, `aud`, `exp` and `sub`. Default: `client_id`, `iat`,
   * `jti` (RFC 9068 section 2.2).
   */
  readonly requiredClaims?: readonly string[];
  /** How far clocks may differ. Default 5 seconds, at most 60. */
  readonly clockTolerance?: Duration;
  /** Time between two questions to the feed, in MILLISECONDS. Default 1000. */
  readonly pollInterval?: number;
  /** Time between two looks at the issuer's keys. Default 5 minutes. */
  readonly keyRefreshInterval?: Duration;
  /** Tokens with an unknown `kid` cause at most one fetch in this time. Default 30 seconds. */
  readonly keyCooldown?: Duration;
  /** Longest duration of one fetch. Default 5 seconds. */
  readonly fetchTimeout?: Duration;
  /** Verified tokens remembered; 0 remembers none. Default 10,000. */
  readonly cacheSize?: number;
  /** Memory for them, in bytes, about. Default 64 MiB. */
  readonly cacheBytes?: number;
  /** One-time tokens (rule member `once`) remembered until they expire. Default 100,000. */
  readonly onceStoreSize?: number;
  /** Remembers one-time tokens for several processes. Default: the memory of this one. */
  readonly onceStore?: OnceStore;
  /** The realm named in challenges. Default: none. */
  readonly realm?: string;
  /**
   * Hears of each answer, once, e.g. to count refusals by `challenge.reason`; gauges are in
   * `status()`. What it throws is ignored: a mistake in counting decides nothing.
   */
  readonly onAnswer?: (answer: Authentication) => void;
  /** Allows an issuer that is plain http and not loopback: anybody on the way can forge tokens. */
  readonly dangerouslyAllowHttpIssuer?: boolean;
  /** The time, in milliseconds since 1970. Default: the system clock. */
  readonly clock?: () => number;
}

/** What happens while the feed is stale. */
export type OnStale = "allow" | "deny" | "introspect";

/** Options that were read. Times are in seconds unless they say otherwise. */
export interface ParsedOptions {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly startupTimeout: number;
  readonly allowColdStart: boolean;
  readonly maxStaleness: number;
  readonly onStale: OnStale;
  /** The Authorization header for questions to the issuer. */
  readonly authorization: string | undefined;
  readonly isPulling: boolean;
  readonly algorithms: readonly KeyAlgorithm[] | undefined;
  readonly acceptedTypes: readonly string[];
  readonly requiredClaims: readonly string[];
  readonly clockTolerance: number;
  /** Milliseconds. */
  readonly pollInterval: number;
  readonly keyRefreshInterval: number;
  readonly keyCooldown: number;
  /** Milliseconds. */
  readonly fetchTimeout: number;
  readonly cacheSize: number;
  readonly cacheBytes: number;
  readonly onceStore: OnceStore;
  readonly realm: string | undefined;
  readonly onAnswer: ((answer: Authentication) => void) | undefined;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

const NAMES: ReadonlySet<string> = new Set([
  "issuer",
  "audience",
  "startupTimeout",
  "allowColdStart",
  "maxStaleness",
  "onStale",
  "clockTolerance",
  "pollInterval",
  "keyRefreshInterval",
  "keyCooldown",
  "fetchTimeout",
  "cacheSize",
  "cacheBytes",
  "credentials",
  "mode",
  "algorithms",
  "dangerouslyAcceptTypes",
  "requiredClaims",
  "onceStore",
  "onceStoreSize",
  "realm",
  "onAnswer",
  "dangerouslyAllowHttpIssuer",
  "clock",
]);

/**
 * Reads options.
 *
 * @throws TypeError
 */
export function parseOptions(options: GuardOptions): ParsedOptions {
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name)) throw new TypeError(`a guard has no option ${name}`);
  }
  const { clock, realm, onStale = "allow" } = options;
  if (clock !== undefined && typeof clock !== "function") {
    throw new TypeError("clock is a function that returns milliseconds");
  }
  const { onAnswer } = options;
  if (onAnswer !== undefined && typeof onAnswer !== "function") {
    throw new TypeError("onAnswer is a function");
  }
  if (realm !== undefined && typeof realm !== "string") throw new TypeError("realm is text");
  if (onStale !== "allow" && onStale !== "deny" && onStale !== "introspect") {
    throw new TypeError('onStale is "allow", "deny" or "introspect"');
  }
  const authorization = parseCredentials(options.credentials);
  if (onStale === "introspect" && authorization === undefined) {
    throw new TypeError('onStale: "introspect" needs credentials: { clientId, clientSecret }');
  }
  const { mode = "background" } = options;
  if (mode !== "background" && mode !== "pull") {
    throw new TypeError('mode is "background" or "pull"');
  }
  const isHttpAllowed = parseFlag(options.dangerouslyAllowHttpIssuer, "dangerouslyAllowHttpIssuer");
  return Object.freeze({
    issuer: checkIssuer(options.issuer, isHttpAllowed),
    audience: parseAudience(options.audience),
    startupTimeout: parseDuration(options.startupTimeout ?? STARTUP_TIMEOUT_SECONDS),
    allowColdStart: parseFlag(options.allowColdStart, "allowColdStart"),
    maxStaleness: parseDuration(options.maxStaleness ?? MAX_STALENESS_SECONDS),
    onStale,
    authorization,
    isPulling: mode === "pull",
    algorithms: parseAlgorithms(options.algorithms),
    acceptedTypes: parseTypes(options.dangerouslyAcceptTypes),
    requiredClaims: parseClaimNames(options.requiredClaims),
    clockTolerance: parseTolerance(options.clockTolerance ?? CLOCK_TOLERANCE_SECONDS),
    pollInterval: parseCount(options.pollInterval ?? POLL_INTERVAL_MS, "pollInterval", [
      MIN_POLL_INTERVAL_MS,
      MAX_POLL_INTERVAL_MS,
    ]),
    keyRefreshInterval: parseDuration(options.keyRefreshInterval ?? KEY_REFRESH_SECONDS),
    keyCooldown: parseDuration(options.keyCooldown ?? KEY_COOLDOWN_SECONDS),
    fetchTimeout: parseDuration(options.fetchTimeout ?? FETCH_TIMEOUT_SECONDS) * 1000,
    cacheSize: parseCount(options.cacheSize ?? CACHE_SIZE, "cacheSize", [0, MAX_CACHE_SIZE]),
    cacheBytes: parseCount(options.cacheBytes ?? CACHE_BYTES, "cacheBytes", [0, MAX_CACHE_BYTES]),
    onceStore: parseOnceStore(options),
    realm,
    onAnswer,
    clock: clock ?? Date.now,
  });
}

// An empty list would be a guard for nobody's tokens, or, read carelessly, for everybody's (F4).
function parseAudience(audience: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(audience) ? audience : [audience];
  const names = list.filter((name) => typeof name === "string").filter((name) => name !== "");
  if (names.length === 0 || names.length !== list.length) {
    throw new TypeError("audience is the name of this API, or a list of its names");
  }
  return Object.freeze(names);
}

// A list that somebody forgot to fill would leave no key, or read carelessly, every key.
function parseAlgorithms(
  algorithms: readonly KeyAlgorithm[] | undefined,
): readonly KeyAlgorithm[] | undefined {
  if (algorithms === undefined) return undefined;
  const known: ReadonlySet<string> = new Set(listSignatureAlgorithms());
  for (const name of parseTexts(algorithms, "algorithms")) {
    // A shared secret is in no JWK Set: whoever can verify with it can sign.
    if (!known.has(name) || name.startsWith("HS")) {
      throw new TypeError("algorithms holds a name that is no signature algorithm of public keys");
    }
  }
  return Object.freeze([...algorithms]);
}

function parseTypes(types: unknown): readonly string[] {
  if (types === undefined) return [];
  // RFC 7515 section 4.1.9: compared without case, and "application/" may be left out.
  return Object.freeze(
    parseTexts(types, "dangerouslyAcceptTypes").map((type) =>
      type.toLowerCase().replace(/^application\//, ""),
    ),
  );
}

function parseClaimNames(names: unknown): readonly string[] {
  const own = names === undefined ? ["client_id", "iat", "jti"] : names;
  if (Array.isArray(own) && own.length === 0) return ALWAYS_REQUIRED;
  return Object.freeze([...ALWAYS_REQUIRED, ...parseTexts(own, "requiredClaims")]);
}

const ALWAYS_REQUIRED: readonly string[] = ["iss", "exp", "aud", "sub"];

function parseTexts(value: unknown, name: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  const texts = list.filter((item) => typeof item === "string").filter((item) => item !== "");
  if (texts.length === 0 || texts.length !== list.length) {
    throw new TypeError(`${name} is a list of names`);
  }
  return texts;
}

function parseOnceStore(options: GuardOptions): OnceStore {
  const { onceStore, onceStoreSize } = options;
  if (onceStore === undefined) {
    const size = parseCount(onceStoreSize ?? ONCE_STORE_SIZE, "onceStoreSize", [
      1,
      MAX_ONCE_STORE_SIZE,
    ]);
    return createOnceStore(size);
  }
  if (typeof onceStore.spend !== "function" || onceStoreSize !== undefined) {
    throw new TypeError("onceStore has a method spend, and its size is its own");
  }
  return onceStore;
}

// A large tolerance keeps expired tokens alive (attack P13).
function parseTolerance(tolerance: Duration): number {
  const seconds = parseDuration(tolerance);
  if (seconds > MAX_CLOCK_TOLERANCE_SECONDS) {
    throw new TypeError(`clockTolerance is at most ${MAX_CLOCK_TOLERANCE_SECONDS} seconds`);
  }
  return seconds;
}

function parseFlag(value: unknown, name: string): boolean {
  if (value !== undefined && typeof value !== "boolean") {
    throw new TypeError(`${name} is true or false`);
  }
  return value === true;
}

function parseCount(value: number, name: string, [min, max]: readonly [number, number]): number {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new TypeError(`${name} is a whole number from ${min} to ${max}`);
  }
  return value;
}
