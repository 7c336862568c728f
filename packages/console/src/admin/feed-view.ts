// The newest entries of the revocation feed, as they are shown. The slices come from the page's own
// server and are only shown, so they are read and not verified: verifying is the guards' work. Pure.

/** Entries that are shown; older ones are still refused, everywhere. */
export const SHOWN_ENTRIES = 100;

/** A slice of the feed. Times are in seconds. */
export interface Slice {
  readonly ledger: string;
  readonly to: number;
  readonly issuedAt: number;
  readonly isSnapshot: boolean;
  readonly entries: readonly (readonly [handle: string, expiresAt: number])[];
}

/** What is shown. */
export interface FeedView {
  readonly ledger: string | null;
  readonly number: number;
  /** Milliseconds. */
  readonly heardAt: number | null;
  readonly entries: readonly {
    readonly handle: string;
    readonly expiresAt: number;
    readonly isNew: boolean;
  }[];
}

/** Before anything was heard. */
export const EMPTY_FEED: FeedView = { ledger: null, number: 0, heardAt: null, entries: [] };

/** Reads a slice; undefined when it is none. */
export function readSlice(token: unknown): Slice | undefined {
  if (typeof token !== "string") return undefined;
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const claims: unknown = JSON.parse(atob(payload));
    if (typeof claims !== "object" || claims === null) return undefined;
    const { ledger, to, iat, snapshot, entries } = claims as Record<string, unknown>;
    if (typeof ledger !== "string" || typeof to !== "number" || !Array.isArray(entries)) {
      return undefined;
    }
    return {
      ledger,
      to,
      issuedAt: Number(iat),
      isSnapshot: snapshot === true,
      entries: entries.flatMap((entry: unknown) =>
        Array.isArray(entry) ? [[String(entry[0]), Number(entry[1])] as const] : [],
      ),
    };
  } catch {
    return undefined;
  }
}

/** Adds a slice to what is shown, the newest first. @param now - milliseconds */
export function addSlice(view: FeedView, slice: Slice, now: number): FeedView {
  // Another ledger begins: after a restore, or a database that was promoted.
  const isContinued = view.ledger === slice.ledger;
  const known = new Set(isContinued ? view.entries.map(({ handle }) => handle) : []);
  const fresh = slice.entries
    .filter(([handle]) => !known.has(handle))
    .map(([handle, expiresAt]) => ({ handle, expiresAt, isNew: isContinued && !slice.isSnapshot }))
    .reverse();
  const before = isContinued ? view.entries : [];
  return {
    ledger: slice.ledger,
    number: slice.to,
    heardAt: now,
    entries: [
      ...fresh,
      ...(fresh.length === 0 ? before : before.map((entry) => ({ ...entry, isNew: false }))),
    ].slice(0, SHOWN_ENTRIES),
  };
}
