// The handles that were taken back, as the feed publishes them. Entries are added and expire;
// nothing else ever removes one. Entries of several ledgers live side by side: published names
// are bound to their ledger, so they cannot be confused (design section 4).

import { type FeedEntry, publishHandle } from "@latchkey/protocol";
import { HandleTable, NAME_WORDS, toWords } from "./handle-table.ts";
import { MAX_LEDGERS, MAX_RETIRED_HANDLES, SWEEP_STEP } from "./limits.ts";

/** Thrown when an entry would go beyond the bounds. The feed then counts as failing. */
export class RetiredSetFull extends Error {
  override readonly name = "RetiredSetFull";
}

/** A token's handles as they would be published, for the ledgers known at that time. */
export interface PublishedHandles {
  /** Four words each. */
  readonly names: Uint32Array;
  readonly ledgersVersion: number;
}

/** The set of retired handles. Times are in seconds. */
export class RetiredSet {
  readonly #entries = new HandleTable();
  readonly #ledgers = new Map<string, { lastExpiry: number }>();
  readonly #maxEntries: number;
  #version = 0;
  #ledgersVersion = 0;

  constructor(maxEntries: number = MAX_RETIRED_HANDLES) {
    this.#maxEntries = maxEntries;
  }

  /** Grows whenever something was added that could refuse a token accepted before. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Bytes of the entries. */
  get bytes(): number {
    return this.#entries.bytes;
  }

  /**
   * Adds the entries of a slice. `now` leaves out what has expired.
   *
   * @throws RetiredSetFull; entries added before it stay, which is always safe
   */
  add(ledger: string, entries: readonly FeedEntry[], now: number): void {
    const known = this.#ledgers.get(ledger) ?? this.#addLedger(ledger);
    const names = toWords(entries.map(({ handle }) => handle));
    for (const [index, { expiresAt }] of entries.entries()) {
      if (expiresAt <= now) continue;
      const at = index * NAME_WORDS;
      if (this.#entries.size >= this.#maxEntries && this.#entries.expiryOf(names, at) === 0) {
        throw new RetiredSetFull(`more than ${this.#maxEntries} retired handles`);
      }
      this.#entries.set(names, at, expiresAt);
      known.lastExpiry = Math.max(known.lastExpiry, expiresAt);
      this.#version++;
    }
  }

  /** Publishes a token's handles for every ledger whose entries are here. */
  publish(handles: readonly string[]): PublishedHandles {
    const names = [...this.#ledgers.keys()].flatMap((ledger) =>
      handles.map((handle) => publishHandle(ledger, handle)),
    );
    return { names: toWords(names), ledgersVersion: this.#ledgersVersion };
  }

  /** Whether handles were published for the ledgers that are here now. */
  isCurrent(published: PublishedHandles): boolean {
    return published.ledgersVersion === this.#ledgersVersion;
  }

  /** Whether any of the handles is retired. */
  hasAny(published: PublishedHandles): boolean {
    const { names } = published;
    for (let at = 0; at < names.length; at += NAME_WORDS) {
      if (this.#entries.expiryOf(names, at) !== 0) return true;
    }
    return false;
  }

  /** The ledgers whose entries are here. */
  ledgers(): readonly string[] {
    return [...this.#ledgers.keys()];
  }

  /** One bounded step of removing what expired before `now`; `current` is the ledger in use. */
  sweep(now: number, current: string | undefined): void {
    this.#entries.sweep(now, SWEEP_STEP);
    for (const [ledger, { lastExpiry }] of this.#ledgers) {
      if (ledger === current || lastExpiry > now) continue;
      this.#ledgers.delete(ledger);
      this.#ledgersVersion++;
    }
  }

  #addLedger(ledger: string): { lastExpiry: number } {
    if (this.#ledgers.size >= MAX_LEDGERS) {
      throw new RetiredSetFull(`more than ${MAX_LEDGERS} ledgers at once`);
    }
    const added = { lastExpiry: 0 };
    this.#ledgers.set(ledger, added);
    // Handles published before are out of date; its first entry will make them be looked up again.
    this.#ledgersVersion++;
    return added;
  }
}
