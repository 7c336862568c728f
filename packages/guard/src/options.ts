// The options of a guard: read once, when it is built, so a mistake stops the start of the API
// (TypeError) and not its first request.

import { type Duration, parseDuration } from "@latchkey/jose";
import { checkIssuer } from "./discovery.ts";
import {
  CACHE_SIZE,
  CLOCK_TOLERANCE_SECONDS,
  FETCH_TIMEOUT_SECONDS,
  KEY_COOLDOWN_SECONDS,
  KEY_REFRESH_SECONDS,
  MAX_CACHE_SIZE,
  MAX_CLOCK_TOLERANCE_SECONDS,
  MAX_POLL_INTERVAL_MS,
  MAX_STALENESS_SECONDS,
  MIN_POLL_INTERVAL_MS,
  POLL_INTERVAL_MS,
  STARTUP_TIMEOUT_SECONDS,
} from "./limits.ts";

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
  /** What happens while the feed is stale: `allow` (default) goes on, `deny` answers 503. */
  readonly onStale?: "allow" | "deny";
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
  /** The realm named in challenges. Default: none. */
  readonly realm?: string;
  /** Allows an issuer that is plain http and not loopback: anybody on the way can forge tokens. */
  readonly dangerouslyAllowHttpIssuer?: boolean;
  /** The time, in milliseconds since 1970. Default: the system clock. */
  readonly clock?: () => number;
}

/** Options that were read. Times are in seconds unless they say otherwise. */
export interface ParsedOptions {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly startupTimeout: number;
  readonly allowColdStart: boolean;
  readonly maxStaleness: number;
  readonly onStale: "allow" | "deny";
  readonly clockTolerance: number;
  /** Milliseconds. */
  readonly pollInterval: number;
  readonly keyRefreshInterval: number;
  readonly keyCooldown: number;
  /** Milliseconds. */
  readonly fetchTimeout: number;
  readonly cacheSize: number;
  readonly realm: string | undefined;
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
  "realm",
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
  if (realm !== undefined && typeof realm !== "string") throw new TypeError("realm is text");
  if (onStale !== "allow" && onStale !== "deny") {
    throw new TypeError('onStale is "allow" or "deny"');
  }
  const isHttpAllowed = parseFlag(options.dangerouslyAllowHttpIssuer, "dangerouslyAllowHttpIssuer");
  return Object.freeze({
    issuer: checkIssuer(options.issuer, isHttpAllowed),
    audience: parseAudience(options.audience),
    startupTimeout: parseDuration(options.startupTimeout ?? STARTUP_TIMEOUT_SECONDS),
    allowColdStart: parseFlag(options.allowColdStart, "allowColdStart"),
    maxStaleness: parseDuration(options.maxStaleness ?? MAX_STALENESS_SECONDS),
    onStale,
    clockTolerance: parseTolerance(options.clockTolerance ?? CLOCK_TOLERANCE_SECONDS),
    pollInterval: parseCount(options.pollInterval ?? POLL_INTERVAL_MS, "pollInterval", [
      MIN_POLL_INTERVAL_MS,
      MAX_POLL_INTERVAL_MS,
    ]),
    keyRefreshInterval: parseDuration(options.keyRefreshInterval ?? KEY_REFRESH_SECONDS),
    keyCooldown: parseDuration(options.keyCooldown ?? KEY_COOLDOWN_SECONDS),
    fetchTimeout: parseDuration(options.fetchTimeout ?? FETCH_TIMEOUT_SECONDS) * 1000,
    cacheSize: parseCount(options.cacheSize ?? CACHE_SIZE, "cacheSize", [0, MAX_CACHE_SIZE]),
    realm,
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
