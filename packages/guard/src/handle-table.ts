// A table of 16-byte names with an expiry, made for millions of them: open addressing in typed
// arrays, 20 bytes a place, in segments that grow one at a time, so that no growth holds up a request.
// Names are cut from SHA-256, so their own bits are the hash; nobody chooses them.

import type { Buffer } from "node:buffer";

/** Words of a name. */
export const NAME_WORDS = 4;

const PLACE_WORDS = NAME_WORDS + 1;
const SEGMENTS = 256;
const FIRST_PLACES = 16;

interface Segment {
  /** Places of five words: the name, and its expiry; expiry 0 is an empty place. */
  places: Uint32Array;
  mask: number;
  count: number;
}

/** The names, and until when (seconds since 1970) each is kept. */
export class HandleTable {
  readonly #segments: (Segment | undefined)[] = Array.from({ length: SEGMENTS });
  #size = 0;
  #cursor = 0;

  get size(): number {
    return this.#size;
  }

  /** Bytes of the table itself. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + (segment?.places.byteLength ?? 0), 0);
  }

  /** The expiry of the name at `names[at]`, or 0 when it is not here. */
  expiryOf(names: Uint32Array, at: number): number {
    const segment = this.#segments[segmentOf(names, at)];
    if (segment === undefined) return 0;
    return segment.places[placeOf(segment, names, at) + NAME_WORDS] ?? 0;
  }

  /** Adds a name; of two expiries the later counts. */
  set(names: Uint32Array, at: number, expiresAt: number): void {
    const index = segmentOf(names, at);
    const segment = (this.#segments[index] ??= createSegment(FIRST_PLACES));
    const place = placeOf(segment, names, at);
    const expiry = toExpiry(expiresAt);
    const before = segment.places[place + NAME_WORDS] ?? 0;
    if (before === 0) {
      this.#size += 1;
      segment.count += 1;
      for (let word = 0; word < NAME_WORDS; word += 1) {
        segment.places[place + word] = names[at + word] ?? 0;
      }
    }
    segment.places[place + NAME_WORDS] = Math.max(before, expiry);
    // A quarter stays empty: a search ends at the first empty place.
    if (segment.count * 4 > (segment.mask + 1) * 3) this.#rebuild(segment, 0);
  }

  /** Removes what expired at `now` or before, segment by segment, until `places` were looked at. */
  sweep(now: number, places: number): void {
    let looked = 0;
    for (let turn = 0; turn < SEGMENTS && looked < places; turn += 1) {
      const segment = this.#segments[this.#cursor];
      this.#cursor = (this.#cursor + 1) % SEGMENTS;
      if (segment === undefined) continue;
      looked += segment.mask + 1;
      if (hasExpired(segment, now)) this.#rebuild(segment, now);
    }
  }

  #rebuild(segment: Segment, now: number): void {
    const old = segment.places;
    let live = 0;
    for (let at = NAME_WORDS; at < old.length; at += PLACE_WORDS) {
      if ((old[at] ?? 0) > now) live += 1;
    }
    this.#size += live - segment.count;
    let capacity = FIRST_PLACES;
    while (live * 4 > capacity * 3) capacity *= 2;
    const fresh = createSegment(capacity);
    segment.places = fresh.places;
    segment.mask = fresh.mask;
    segment.count = live;
    for (let at = 0; at < old.length; at += PLACE_WORDS) {
      if ((old[at + NAME_WORDS] ?? 0) <= now) continue;
      segment.places.set(old.subarray(at, at + PLACE_WORDS), placeOf(segment, old, at));
    }
  }
}

/** Names as a table wants them: four words each. */
export function toWords(names: readonly Buffer[]): Uint32Array {
  const words = new Uint32Array(names.length * NAME_WORDS);
  let at = 0;
  for (const name of names) {
    for (let word = 0; word < NAME_WORDS; word += 1) words[at++] = name.readUInt32LE(word * 4);
  }
  return words;
}

function createSegment(capacity: number): Segment {
  return { places: new Uint32Array(capacity * PLACE_WORDS), mask: capacity - 1, count: 0 };
}

function segmentOf(names: Uint32Array, at: number): number {
  return (names[at] ?? 0) >>> 24;
}

/** Where a name is, or the empty place where it belongs. */
function placeOf(segment: Segment, names: Uint32Array, at: number): number {
  const { places, mask } = segment;
  const [w0, w1, w2, w3] = [names[at], names[at + 1], names[at + 2], names[at + 3]];
  for (let slot = (w1 ?? 0) & mask; ; slot = (slot + 1) & mask) {
    const place = slot * PLACE_WORDS;
    if (places[place + NAME_WORDS] === 0) return place;
    if (
      places[place + 1] === w1 &&
      places[place] === w0 &&
      places[place + 2] === w2 &&
      places[place + 3] === w3
    ) {
      return place;
    }
  }
}

function hasExpired(segment: Segment, now: number): boolean {
  const { places } = segment;
  for (let at = NAME_WORDS; at < places.length; at += PLACE_WORDS) {
    const expiresAt = places[at] ?? 0;
    if (expiresAt !== 0 && expiresAt <= now) return true;
  }
  return false;
}

// An unsigned word holds times until 2106; what is later is kept until then, which is always safe.
function toExpiry(expiresAt: number): number {
  return Math.min(0xff_ff_ff_ff, Math.max(1, Math.ceil(expiresAt)));
}
