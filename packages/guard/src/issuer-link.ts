// A guard's link to its issuer: metadata first, then two tasks that never end, keys and
// revocations. They fail and recover apart from each other and from the requests. In pull mode the
// same work is done before answering, and nothing runs between requests.

import { clearTimeout, setTimeout } from "node:timers";
import { JoseError } from "@latchkey/jose";
import { FeedFormatError, MetadataError, type ServerMetadata } from "@latchkey/protocol";
import { discover, introspectionUrl } from "./discovery.ts";
import { FeedRefused } from "./feed-chain.ts";
import { FeedFollower } from "./feed-follower.ts";
import { FetchError } from "./fetch-document.ts";
import { Introspector, type TokenState } from "./introspection.ts";
import { KeyCache } from "./key-cache.ts";
import { describeLink } from "./link-status.ts";
import type { ParsedOptions } from "./options.ts";
import { Pull } from "./pull.ts";
import { type Repetition, repeat } from "./repeat.ts";
import { type RetiredSet, RetiredSetFull } from "./retired-set.ts";
import type { GuardFailure, LinkStatus } from "./status.ts";

/** Why no token can be decided now. */
export type Trouble = "revocations_unknown" | "keys_unavailable";

/** The link to one issuer. */
export class IssuerLink {
  readonly #options: ParsedOptions;
  readonly #retired: RetiredSet;
  readonly #abort = new AbortController();
  readonly #failures = new Map<GuardFailure["task"], GuardFailure>();
  readonly #discovery: Repetition | null;
  readonly #pull: Pull | null;
  readonly #tasks: Repetition[] = [];
  readonly #startup: Promise<void>;
  #endStartup: () => void = () => {};
  #keys: KeyCache | undefined;
  #feedKeys: KeyCache | undefined;
  /** undefined: not known yet whether the issuer has a feed. */
  #feed: FeedFollower | null | undefined;
  #introspector: Introspector | null = null;

  constructor(options: ParsedOptions, retired: RetiredSet) {
    this.#options = options;
    this.#retired = retired;
    this.#startup = options.isPulling ? Promise.resolve() : this.#waitForStartup();
    this.#pull = options.isPulling
      ? new Pull(() => this.#work(false), options.startupTimeout)
      : null;
    this.#discovery = options.isPulling ? null : this.#repeatDiscovery();
  }

  /** The issuer's keys; undefined before its metadata was read. */
  get keys(): KeyCache | undefined {
    return this.#keys;
  }

  /**
   * What a request has to wait for before it can be decided; null when it need not wait. In the
   * background nothing but the start is waited for.
   */
  prepared(): Promise<void> | null {
    if (this.#abort.signal.aborted) return null;
    if (this.#pull !== null) return this.#pull.due();
    return this.#isReady() ? null : this.#startup;
  }

  /** Whether everything is there to decide about a token at `now` (milliseconds) without waiting. */
  isClear(now: number): boolean {
    return (
      this.#keys?.isCurrent(now) === true &&
      this.#hasRevocations() &&
      (this.#options.onStale === "allow" || !this.#isStale()) &&
      (this.#pull === null || !this.#pull.isDue()) &&
      !this.#abort.signal.aborted
    );
  }

  /** What stands in the way of deciding about a token now. */
  trouble(): Trouble | null {
    const { allowColdStart, onStale } = this.#options;
    if (this.#abort.signal.aborted) return "revocations_unknown";
    if (!this.#hasRevocations() && !allowColdStart) return "revocations_unknown";
    if (this.#keys?.current() === undefined) return "keys_unavailable";
    return onStale === "deny" && this.#isStale() ? "revocations_unknown" : null;
  }

  /** Whether the issuer must be asked about each token now. */
  mustIntrospect(): boolean {
    return this.#options.onStale === "introspect" && this.#isStale();
  }

  /** Asks the issuer about a token that is good as far as is known here. Does not reject. */
  async introspect(token: string): Promise<TokenState> {
    return (await this.#introspector?.ask(token)) ?? "unknown";
  }

  /** Does the background work now. Never rejects; failures are in the status. */
  async refresh(): Promise<void> {
    if (this.#discovery !== null) await this.#discovery.run();
    await this.#work(true);
  }

  close(): void {
    this.#discovery?.stop();
    for (const task of this.#tasks) task.stop();
    this.#abort.abort();
    this.#endStartup();
  }

  status(): LinkStatus {
    const { issuer, clock, onStale, isPulling } = this.#options;
    return describeLink({
      issuer,
      now: clock(),
      onStale,
      isPulling,
      keys: this.#keys,
      feed: this.#feed,
      canIntrospect: this.#introspector !== null,
      isReady: this.#isReady(),
      isStale: this.#isStale(),
      entries: this.#retired.size,
      failures: [...this.#failures.values()],
    });
  }

  #repeatDiscovery(): Repetition {
    const discovery: Repetition = repeat(
      async () => {
        if (this.#keys === undefined) await this.#discover();
        // Closed in the same moment: nothing may begin any more.
        if (this.#abort.signal.aborted) return undefined;
        this.#begin();
        discovery.stop();
        return undefined;
      },
      {
        interval: this.#options.pollInterval,
        onError: (error) => this.#failed("discovery", error),
      },
    );
    return discovery;
  }

  /** Finds the issuer's parts. */
  async #discover(): Promise<void> {
    const metadata = await discover(this.#options.issuer, this.#bounds());
    this.#failures.delete("discovery");
    this.#keys = this.#keyCache("JWKS", metadata.jwks_uri, this.#options.algorithms);
    this.#introspector = this.#createIntrospector(metadata);
    const { latchkey_revocation_feed: url, latchkey_feed_jwks_uri: keysUrl } = metadata;
    if (url === undefined || keysUrl === undefined) {
      this.#feed = null;
      return;
    }
    const feedKeys = this.#keyCache("feed JWKS", keysUrl, undefined);
    this.#feedKeys = feedKeys;
    this.#feed = new FeedFollower({
      ...this.#options,
      ...this.#bounds(),
      url,
      keys: feedKeys,
      retired: this.#retired,
    });
  }

  /** Starts the tasks in the background. */
  #begin(): void {
    const { keyRefreshInterval, pollInterval } = this.#options;
    const interval = keyRefreshInterval * 1000;
    for (const [task, keys] of this.#keyCaches()) {
      this.#tasks.push(
        repeat(
          async () => {
            await keys.refresh();
            this.#succeeded(task);
            return undefined;
          },
          { interval, onError: (error) => this.#failed(task, error) },
        ),
      );
    }
    const feed = this.#feed;
    if (feed === null || feed === undefined) return;
    this.#tasks.push(
      repeat(() => feed.follow(() => this.#succeeded("revocations")), {
        interval: pollInterval,
        onError: (error) => this.#failed("revocations", error),
      }),
    );
  }

  /**
   * Everything once: what the background does, for who has none or cannot wait for it.
   *
   * @param isForced - also keys that are not due yet
   */
  async #work(isForced: boolean): Promise<void> {
    if (this.#keys === undefined && this.#options.isPulling) {
      await this.#attempt("discovery", () => this.#discover());
    }
    const { clock, keyRefreshInterval } = this.#options;
    const isDue = (keys: KeyCache): boolean =>
      isForced || clock() - (keys.confirmedAt ?? 0) >= keyRefreshInterval * 1000;
    const feed = this.#feed;
    await Promise.all([
      ...this.#keyCaches()
        .filter(([, keys]) => isDue(keys))
        .map(([task, keys]) => this.#attempt(task, () => keys.refresh())),
      ...(feed === null || feed === undefined
        ? []
        : [this.#attempt("revocations", () => feed.poll())]),
    ]);
  }

  async #attempt(task: GuardFailure["task"], run: () => Promise<void>): Promise<void> {
    try {
      await run();
      this.#succeeded(task);
    } catch (error) {
      this.#failed(task, error);
    }
  }

  #keyCaches(): readonly (readonly ["keys" | "feed_keys", KeyCache])[] {
    return [
      ...(this.#keys === undefined ? [] : [["keys", this.#keys] as const]),
      ...(this.#feedKeys === undefined ? [] : [["feed_keys", this.#feedKeys] as const]),
    ];
  }

  #keyCache(what: string, url: string, algorithms: ParsedOptions["algorithms"]): KeyCache {
    const { clock, keyCooldown: cooldown } = this.#options;
    return new KeyCache({ ...this.#bounds(), what, url, clock, cooldown, algorithms });
  }

  #createIntrospector(metadata: ServerMetadata): Introspector | null {
    const { authorization, clock, onStale } = this.#options;
    const url = introspectionUrl(metadata);
    if (onStale !== "introspect" || authorization === undefined || url === null) return null;
    return new Introspector({ ...this.#bounds(), url, authorization, clock });
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
