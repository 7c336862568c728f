// A guard's link to its issuer: metadata first, then two tasks that never end, keys and
// revocations. They fail and recover apart from each other and from the requests.

import { JoseError } from "@latchkey/jose";
import {
  FeedFormatError,
  formatFeedPosition,
  MetadataError,
  type ServerMetadata,
} from "@latchkey/protocol";
import { clearTimeout, setTimeout } from "node:timers";
import { discover } from "./discovery.ts";
import { FeedFollower } from "./feed-follower.ts";
import { FeedRefused } from "./feed-chain.ts";
import { FetchError } from "./fetch-document.ts";
import { KeyCache } from "./key-cache.ts";
import type { ParsedOptions } from "./options.ts";
import { type Repetition, repeat } from "./repeat.ts";
import { type RetiredSet, RetiredSetFull } from "./retired-set.ts";
import type { GuardFailure, GuardStatus } from "./status.ts";

/** Why no token can be decided now. */
export type Trouble = "revocations_unknown" | "keys_unavailable";

/** The link to one issuer. */
export class IssuerLink {
  readonly #options: ParsedOptions;
  readonly #retired: RetiredSet;
  readonly #abort = new AbortController();
  readonly #failures = new Map<GuardFailure["task"], GuardFailure>();
  readonly #tasks: Repetition[] = [];
  readonly #startup: Promise<void>;
  #endStartup: () => void = () => {};
  #keys: KeyCache | undefined;
  /** undefined: not known yet whether the issuer has a feed. */
  #feed: FeedFollower | null | undefined;

  constructor(options: ParsedOptions, retired: RetiredSet) {
    this.#options = options;
    this.#retired = retired;
    this.#startup = this.#waitForStartup();
    const discovery: Repetition = repeat(
      async () => {
        const metadata = await discover(options.issuer, this.#bounds());
        // Closed in the same moment: nothing may begin any more.
        if (this.#abort.signal.aborted) return;
        this.#begin(metadata);
        this.#failures.delete("discovery");
        discovery.stop();
      },
      { interval: options.pollInterval, onError: (error) => this.#failed("discovery", error) },
    );
    this.#tasks.push(discovery);
  }

  /** The issuer's keys; undefined before its metadata was read. */
  get keys(): KeyCache | undefined {
    return this.#keys;
  }

  /** Resolves when everything is there, or when the time to wait for it is over. */
  async started(): Promise<void> {
    if (!this.#isReady()) await this.#startup;
  }

  /** What stands in the way of deciding about a token now. */
  trouble(): Trouble | null {
    const { allowColdStart, onStale } = this.#options;
    if (this.#abort.signal.aborted) return "revocations_unknown";
    if (!this.#hasRevocations() && !allowColdStart) return "revocations_unknown";
    if (this.#keys?.current() === undefined) return "keys_unavailable";
    return onStale === "deny" && this.#isStale() ? "revocations_unknown" : null;
  }

  /** Does the background work now. Never rejects; failures are in the status. */
  async refresh(): Promise<void> {
    // Discovery first: it starts the other tasks.
    await this.#tasks[0]?.run();
    await Promise.all(this.#tasks.slice(1).map((task) => task.run()));
  }

  close(): void {
    for (const task of this.#tasks) task.stop();
    this.#abort.abort();
    this.#endStartup();
  }

  status(): Omit<GuardStatus, "cachedTokens"> {
    const { issuer, clock } = this.#options;
    const confirmedAt = this.#keys?.confirmedAt ?? null;
    const head = this.#feed?.head ?? null;
    return {
      ready: this.#isReady(),
      issuer,
      keys: {
        count: this.#keys?.count ?? 0,
        age: confirmedAt === null ? null : Math.max(0, (clock() - confirmedAt) / 1000),
      },
      revocations: {
        source: this.#feed === undefined ? "unknown" : this.#feed === null ? "none" : "feed",
        position: head === null ? null : formatFeedPosition(head),
        lastIssuedAt: head?.issuedAt ?? null,
        staleness: this.#feed?.staleness() ?? null,
        isStale: this.#isStale(),
        entries: this.#retired.size,
      },
      cannotPromise: this.#cannotPromise(),
      lastError: [...this.#failures.values()].sort((a, b) => b.at - a.at)[0] ?? null,
    };
  }

  #begin(metadata: ServerMetadata): void {
    const { issuer, clock, clockTolerance, pollInterval } = this.#options;
    const keys = this.#keyCache("JWKS", metadata.jwks_uri);
    const feedUrl = metadata.latchkey_revocation_feed;
    const feedKeysUrl = metadata.latchkey_feed_jwks_uri;
    this.#keys = keys;
    this.#repeatKeys("keys", keys);
    if (feedUrl === undefined || feedKeysUrl === undefined) {
      this.#feed = null;
      return;
    }
    const feedKeys = this.#keyCache("feed JWKS", feedKeysUrl);
    const feed = new FeedFollower({
      ...this.#bounds(),
      url: feedUrl,
      issuer,
      keys: feedKeys,
      retired: this.#retired,
      clockTolerance,
      clock,
    });
    this.#feed = feed;
    this.#repeatKeys("feed_keys", feedKeys);
    this.#tasks.push(
      repeat(
        async () => {
          await feed.poll();
          this.#succeeded("revocations");
        },
        { interval: pollInterval, onError: (error) => this.#failed("revocations", error) },
      ),
    );
  }

  #keyCache(what: string, url: string): KeyCache {
    const { clock, keyCooldown: cooldown } = this.#options;
    return new KeyCache({ ...this.#bounds(), what, url, clock, cooldown });
  }

  #repeatKeys(task: GuardFailure["task"], keys: KeyCache): void {
    this.#tasks.push(
      repeat(
        async () => {
          await keys.refresh();
          this.#succeeded(task);
        },
        {
          interval: this.#options.keyRefreshInterval * 1000,
          onError: (error) => this.#failed(task, error),
        },
      ),
    );
  }

  #bounds(): { readonly timeout: number; readonly signal: AbortSignal } {
    return { timeout: this.#options.fetchTimeout, signal: this.#abort.signal };
  }

  #isReady(): boolean {
    return this.#keys?.current() !== undefined && this.#hasRevocations();
  }

  #hasRevocations(): boolean {
    return this.#feed === null || (this.#feed !== undefined && this.#feed.head !== null);
  }

  #isStale(): boolean {
    const staleness = this.#feed?.staleness() ?? null;
    return staleness !== null && staleness > this.#options.maxStaleness;
  }

  #cannotPromise(): readonly string[] {
    const { onStale } = this.#options;
    const missing: string[] = [];
    if (this.#feed === null) {
      missing.push("this issuer has no revocation feed: a token lives until it expires");
    } else if (!this.#hasRevocations()) {
      missing.push("no revocations were read yet");
    } else if (this.#isStale()) {
      missing.push(
        onStale === "allow"
          ? "the revocation feed is stale: a token taken back since then lives until it expires"
          : "the revocation feed is stale: every token is refused",
      );
    }
    if (this.#keys?.current() === undefined) missing.push("no confirmed keys: tokens are refused");
    return missing;
  }

  #succeeded(task: GuardFailure["task"]): void {
    this.#failures.delete(task);
    if (this.#isReady()) this.#endStartup();
  }

  #failed(task: GuardFailure["task"], error: unknown): void {
    if (this.#abort.signal.aborted) return;
    const at = Math.floor(this.#options.clock() / 1000);
    this.#failures.set(task, { task, at, message: messageOf(error) });
  }

  async #waitForStartup(): Promise<void> {
    await new Promise<void>((resolve) => {
      const milliseconds = this.#options.startupTimeout * 1000;
      const timer = setTimeout(resolve, milliseconds);
      this.#endStartup = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

// Our own errors have fixed texts. Anything else could quote what a server sent.
function messageOf(error: unknown): string {
  const isOurs =
    error instanceof FetchError ||
    error instanceof JoseError ||
    error instanceof FeedFormatError ||
    error instanceof FeedRefused ||
    error instanceof MetadataError ||
    error instanceof RetiredSetFull;
  return isOurs ? error.message : "unexpected failure";
}
