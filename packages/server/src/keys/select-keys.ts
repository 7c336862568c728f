// Which key signs now, which comes next, and which still verify: a pure function of the keys'
// times. Design section 5. A key signs from `activeAt` until a later one becomes active or it is
// retired; it stays published until the last token that it signed has expired.

/** The times of a key, in milliseconds. */
export interface KeyTimes {
  readonly id: string;
  readonly alg: string;
  /** Signs from this time on. */
  readonly activeAt: number;
  /** Signs no more from this time on; null while nothing but a successor ends it. */
  readonly retiredAt: number | null;
}

/** What a key is good for. */
export type KeyState = "current" | "next" | "retired" | "expired";

/** The choice among keys of one purpose. */
export interface KeySelection<K extends KeyTimes> {
  /** The key that signs. */
  readonly current: K | undefined;
  /** The successor: published, and not signing before its time. */
  readonly next: K | undefined;
  /** All keys whose tokens may be alive, and the successor. */
  readonly published: readonly K[];
}

/** What the choice depends on. */
export interface KeySelectionFacts {
  /** Milliseconds. */
  readonly now: number;
  /** The algorithm that signs; keys of another one only verify. */
  readonly alg: string;
  /** How long a signature of a retired key must be verifiable: token life plus leeway, in ms. */
  readonly retention: number;
}

/** Selects among the keys of one purpose. */
export function selectKeys<K extends KeyTimes>(
  keys: readonly K[],
  facts: KeySelectionFacts,
): KeySelection<K> {
  const { now, alg, retention } = facts;
  const line = successionOf(keys, alg);
  const activated = line.filter((key) => key.activeAt <= now).length;
  const latest = line[activated - 1];
  const isSigning = latest !== undefined && (latest.retiredAt === null || latest.retiredAt > now);
  // A replaced key never signs again: it may have left every JWKS long ago. When the latest one
  // was retired, its published successor steps in at once. Before the first activation nobody
  // holds an older JWKS; a clock that was set back looks the same and must not stop us.
  const current = isSigning ? latest : line[activated];
  const next = isSigning ? line[activated] : line[activated + 1];
  return {
    current,
    next,
    published: keys.filter((key) => now < endOf(key, keys) + retention),
  };
}

/** Tells what a key is good for, given the choice it took part in. */
export function keyState<K extends KeyTimes>(key: K, selection: KeySelection<K>): KeyState {
  if (key === selection.current) return "current";
  if (key === selection.next) return "next";
  return selection.published.includes(key) ? "retired" : "expired";
}

/** The keys of an algorithm in the order in which they replace each other. */
function successionOf<K extends KeyTimes>(keys: readonly K[], alg: string): readonly K[] {
  return keys
    .filter((key) => key.alg === alg)
    .filter((key) => key.retiredAt === null || key.retiredAt > key.activeAt)
    .sort(byActivation);
}

/** When a key signs no more: retired, or replaced by the next of its algorithm. */
function endOf(key: KeyTimes, keys: readonly KeyTimes[]): number {
  const successor = successionOf(keys, key.alg).find((other) => byActivation(other, key) > 0);
  return Math.min(
    successor?.activeAt ?? Number.POSITIVE_INFINITY,
    key.retiredAt ?? Number.POSITIVE_INFINITY,
  );
}

function byActivation(a: KeyTimes, b: KeyTimes): number {
  return a.activeAt - b.activeAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
