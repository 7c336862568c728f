// Reads a stretch of the ledger in one statement, so that entries, the head and the hash before
// them are one snapshot.

import { FEED_SLICE_ENTRIES, type FeedEntry, firstLedgerHash } from "@latchkey/protocol";
import { sql } from "kysely";
import type { Database, Query } from "../storage/database.ts";

/**
 * Seconds that an entry is kept and published after its expiry: a guard whose clock is behind, or
 * that tolerates some skew, may still accept the token.
 */
export const LEDGER_LEEWAY = 300;

/** What to read. */
export interface LedgerRange {
  readonly ledgerId: string;
  /** The number that the reader already has; 0 for the beginning. */
  readonly after: number;
  /** The number at which the stretch ends; undefined for the head. */
  readonly upTo?: number;
  /** Seconds: leave entries out that expired before; undefined for all that are kept. */
  readonly liveAt?: number;
}

/** A stretch of the ledger. */
export interface LedgerStretch {
  readonly to: number;
  readonly fromHash: Uint8Array;
  readonly toHash: Uint8Array;
  /** True when the ledger goes on behind `to`. */
  readonly more: boolean;
  readonly entries: readonly FeedEntry[];
}

interface StretchRow {
  readonly head_n: number;
  readonly head_hash: Uint8Array;
  readonly from_hash: Uint8Array | null;
  readonly end_hash: Uint8Array | null;
  readonly n: number | null;
  readonly handle: Uint8Array | null;
  readonly expires_at: number | null;
  readonly hash: Uint8Array | null;
}

interface EntryRow extends FeedEntry {
  readonly number: number;
  readonly hash: Uint8Array;
}

/** Reads a stretch; undefined when the position is of another ledger, ahead of it, or swept. */
export async function readLedger(
  database: Database,
  range: LedgerRange,
): Promise<LedgerStretch | undefined> {
  const rows = await database.read(stretchQuery(database, range));
  const [head] = rows;
  if (head === undefined || range.after > head.head_n) return undefined;
  const fromHash = hashBefore(range, head);
  if (fromHash === undefined) return undefined;

  const entries = rows.flatMap(parseEntry);
  const more = entries.length > FEED_SLICE_ENTRIES;
  const kept = more ? entries.slice(0, FEED_SLICE_ENTRIES) : entries;
  const last = more ? kept.at(-1) : undefined;
  const end = last ?? endOf(range, head);
  if (end === undefined) return undefined;
  return {
    to: end.number,
    fromHash,
    toHash: end.hash,
    more: end.number < head.head_n,
    entries: kept.map(({ handle, expiresAt }) => ({ handle, expiresAt })),
  };
}

function hashBefore(range: LedgerRange, head: StretchRow): Uint8Array | undefined {
  if (range.after === 0) return firstLedgerHash(range.ledgerId);
  if (range.after === head.head_n) return head.head_hash;
  return head.from_hash ?? undefined;
}

/** Where a stretch ends whose entries all fit: at the head, or where it was asked to. */
function endOf(
  { upTo }: LedgerRange,
  head: StretchRow,
): { readonly number: number; readonly hash: Uint8Array } | undefined {
  if (upTo === undefined || upTo === head.head_n) {
    return { number: head.head_n, hash: head.head_hash };
  }
  return upTo < head.head_n && head.end_hash !== null
    ? { number: upTo, hash: head.end_hash }
    : undefined;
}

function stretchQuery(database: Database, range: LedgerRange): Query<StretchRow> {
  const { query } = database;
  const entries = query
    .selectFrom("ledger")
    .select(["n", "handle", "expires_at", "hash"])
    .where("n", ">", range.after)
    .where("n", "<=", range.upTo ?? Number.MAX_SAFE_INTEGER)
    .where("expires_at", ">", range.liveAt ?? -1)
    .orderBy("n")
    .limit(FEED_SLICE_ENTRIES + 1)
    .as("entry");
  return query
    .selectFrom("ledger_head as head")
    .leftJoin(entries, (join) => join.on(sql`1`, "=", sql`1`))
    .select((eb) => [
      "head.n as head_n",
      "head.hash as head_hash",
      eb
        .selectFrom("ledger as before")
        .select("before.hash")
        .where("before.n", "=", range.after)
        .as("from_hash"),
      eb
        .selectFrom("ledger as last")
        .select("last.hash")
        .where("last.n", "=", range.upTo ?? -1)
        .as("end_hash"),
      "entry.n",
      "entry.handle",
      "entry.expires_at",
      "entry.hash",
    ])
    .where("head.id", "=", 1)
    .where("head.ledger_id", "=", range.ledgerId)
    .orderBy("entry.n");
}

function parseEntry(row: StretchRow): readonly EntryRow[] {
  if (row.n === null || row.handle === null || row.expires_at === null || row.hash === null) {
    return [];
  }
  return [
    { number: row.n, handle: Buffer.from(row.handle), expiresAt: row.expires_at, hash: row.hash },
  ];
}
