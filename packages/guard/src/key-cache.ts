// The keys of a remote JWK Set. They are refreshed in the background, so a verification never
// waits for the network, and a failed refresh keeps the last good keys, so an outage of the
// issuer is not an outage of the API. Attacks H3, H5, H6.

import { importJwkSet, type KeyAlgorithm, type KeySet, parseJsonObject } from "@latchkey/jose";
import { FetchError, fetchDocument } from "./fetch-document.ts";
import { JWK_SET_BYTES, KEY_CONFIRMATION_SECONDS } from "./limits.ts";

/** How a JWK Set is fetched. Times are in seconds unless they say otherwise. */
export interface KeyCacheOptions {
  readonly url: string;
  /** Names the document in error messages. */
  readonly what: string;
  readonly cooldown: number;
  /** The algorithms allowed; keys without `alg` are bound to the one that fits. Default: all. */
  readonly algorithms?: readonly KeyAlgorithm[] | undefined;
  /** Milliseconds for one fetch. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** The keys of one JWK Set. */
export class KeyCache {
  readonly #options: KeyCacheOptions;
  #keys: KeySet | undefined;
  #body: Uint8Array = new Uint8Array();
  #version = 0;
  #confirmedAt: number | null = null;
  #unknownKeyFetchAt = Number.NEGATIVE_INFINITY;
  #inFlight: Promise<void> | undefined;

  constructor(options: KeyCacheOptions) {
    this.#options = options;
  }

  /** Grows whenever the keys change: what was verified with older ones must be verified again. */
  get version(): number {
    return this.#version;
  }

  /** Keys held, confirmed or not. */
  get count(): number {
    return this.#keys?.keys.length ?? 0;
  }

  /** When the keys were last confirmed, in milliseconds since 1970; null before the first time. */
  get confirmedAt(): number | null {
    return this.#confirmedAt;
  }

  /** The keys, while they may be used: a key that was withdrawn must not verify for ever (H6). */
  current(): KeySet | undefined {
    return this.isCurrent(this.#options.clock()) ? this.#keys : undefined;
  }

  /** Whether the keys may be used at `now`, in milliseconds. */
  isCurrent(now: number): boolean {
    return this.#confirmedAt !== null && now - this.#confirmedAt < KEY_CONFIRMATION_SECONDS * 1000;
  }

  /**
   * Fetches the keys. Calls at the same time share one fetch.
   *
   * @throws FetchError, JoseError; the last good keys stay
   */
  async refresh(): Promise<void> {
    this.#inFlight ??= this.#fetch().finally(() => {
      this.#inFlight = undefined;
    });
    await this.#inFlight;
  }

  /**
   * Looks for a key that a token names and the set does not have. A stranger can name any `kid`,
   * so this fetches at most once in a cool-down, whatever the number of tokens (H5).
   *
   * @returns whether the keys changed
   */
  async refreshForUnknownKey(): Promise<boolean> {
    const before = this.#version;
    if (this.#inFlight === undefined) {
      const now = this.#options.clock();
      if (now - this.#unknownKeyFetchAt < this.#options.cooldown * 1000) return false;
      this.#unknownKeyFetchAt = now;
    }
    try {
      await this.refresh();
    } catch {
      // The caller refuses the token either way; the background refresh reports the cause.
      return false;
    }
    return this.#version !== before;
  }

  async #fetch(): Promise<void> {
    const { url, what, timeout, signal, algorithms } = this.#options;
    const { status, body } = await fetchDocument(url, {
      what,
      mediaTypes: ["application/json", "application/jwk-set+json"],
      maxBytes: JWK_SET_BYTES,
      timeout,
      signal,
    });
    if (status !== 200) throw new FetchError(`the ${what} answered ${status}`);
    if (this.#keys === undefined || !isEqual(body, this.#body)) {
      const keys = importJwkSet(
        parseJsonObject(body),
        algorithms === undefined ? {} : { algorithms },
      );
      if (keys.keys.length === 0) throw new FetchError(`the ${what} has no usable key`);
      this.#keys = keys;
      this.#body = body;
      this.#version++;
    }
    this.#confirmedAt = this.#options.clock();
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
