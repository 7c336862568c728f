// The set of worlds that an exploration has seen, as 64-bit hashes in typed arrays: millions of them
// fit. Two worlds of one hash would count as one; with ten million worlds the chance is below 1e-5.

const FIRST_CAPACITY = 1 << 16;

/** A set of hashes of byte strings. */
export class SeenWorlds {
  #low = new Uint32Array(FIRST_CAPACITY);
  #high = new Uint32Array(FIRST_CAPACITY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds the first `length` bytes. False when they were there. */
  add(bytes: Uint8Array, length: number): boolean {
    if (this.#size * 2 > this.#low.length) this.#grow();
    const low = hash(bytes, length, 0x9747b28c);
    // Zero marks a free place.
    const high = hash(bytes, length, 0x3c6ef372) || 1;
    if (!insert(this.#low, this.#high, low, high)) return false;
    this.#size += 1;
    return true;
  }

  #grow(): void {
    const low = new Uint32Array(this.#low.length * 2);
    const high = new Uint32Array(low.length);
    for (const [at, value] of this.#high.entries()) {
      if (value !== 0) insert(low, high, this.#low[at] ?? 0, value);
    }
    this.#low = low;
    this.#high = high;
  }
}

function insert(lows: Uint32Array, highs: Uint32Array, low: number, high: number): boolean {
  const mask = lows.length - 1;
  let at = low & mask;
  while (highs[at] !== 0) {
    if (lows[at] === low && highs[at] === high) return false;
    at = (at + 1) & mask;
  }
  lows[at] = low;
  highs[at] = high;
  return true;
}

// MurmurHash3's mixing, one byte at a time.
function hash(bytes: Uint8Array, length: number, seed: number): number {
  let value = seed;
  for (let at = 0; at < length; at += 1) {
    value = Math.imul(value ^ (bytes[at] ?? 0), 0x5bd1e995);
    value ^= value >>> 15;
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
