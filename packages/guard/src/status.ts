// What a guard says about itself: plain data for a health endpoint or a metric, without secrets.

/** The state of a guard. Times are in seconds; `null` means not yet, or not at all. */
export interface GuardStatus {
  /** Whether tokens can be decided with everything that is promised. */
  readonly ready: boolean;
  readonly issuer: string;
  readonly keys: {
    readonly count: number;
    /** Seconds since a fetch last confirmed the keys. */
    readonly age: number | null;
  };
  readonly revocations: {
    /** `none`: this issuer has no feed. `unknown`: its metadata was not read yet. */
    readonly source: "feed" | "none" | "unknown";
    /** How far the feed was read: ledger id, colon, number. */
    readonly position: string | null;
    /** When the feed last said that nothing was missing, in seconds since 1970. */
    readonly lastIssuedAt: number | null;
    /** Seconds since then. */
    readonly staleness: number | null;
    readonly isStale: boolean;
    /** Whether the feed is streamed now; if not, it is asked. */
    readonly isStreaming: boolean;
    /** Retired handles held. */
    readonly entries: number;
  };
  /** Verified tokens remembered. */
  readonly cachedTokens: number;
  /** Memory for them, in bytes, about. */
  readonly cachedBytes: number;
  /** What this guard cannot promise now, in words. */
  readonly cannotPromise: readonly string[];
  /** The last failure in the background; null when there was none, or when all is well again. */
  readonly lastError: GuardFailure | null;
}

/** The part of the state that is about the issuer. */
export type LinkStatus = Omit<GuardStatus, "cachedTokens" | "cachedBytes">;

/** A failure in the background. */
export interface GuardFailure {
  /** What was being done. */
  readonly task: "discovery" | "keys" | "feed_keys" | "revocations";
  /** Seconds since 1970. */
  readonly at: number;
  /** A fixed text: it never holds a token, a key or what a server answered. */
  readonly message: string;
}
