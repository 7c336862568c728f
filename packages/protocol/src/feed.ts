// The revocation feed's format: signed slices of the ledger. Design section 4; the endpoint is
// named by `latchkey_revocation_feed` in the metadata, its keys by `latchkey_feed_jwks_uri`.
//
// A slice says: "between `from` and `to` of this ledger, these handles were retired". Entries
// that expired may be missing from it (they were swept); when none is missing, `to_hash`
// follows from `from_hash` and the entries, and a reader checks that it does.

import { Buffer } from "node:buffer";
import { type JsonObject, decodeBase64url, encodeBase64url } from "@latchkey/jose";
import { isIdentifier } from "./identifiers.ts";
import { PUBLISHED_HANDLE_BYTES, ledgerEntryBytes, nextLedgerHash } from "./handles.ts";

/** `typ` of a slice; no other token of this server has it. */
export const FEED_TYPE = "latchkey-feed+jwt";

/** Entries in one slice, at most. */
export const FEED_SLICE_ENTRIES = 1000;

/** Bytes of one signed slice, at most: a reader refuses longer ones before parsing. */
export const FEED_SLICE_BYTES: number = 128 * 1024;

/** A place in a ledger. */
export interface FeedPosition {
  readonly ledger: string;
  readonly number: number;
}

/** One retired handle: 16 bytes, and the time (seconds) until which tokens could carry it. */
export interface FeedEntry {
  readonly handle: Buffer;
  readonly expiresAt: number;
}

/** A slice as its reader sees it. Times are in seconds. */
export interface FeedSlice {
  readonly issuer: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly ledger: string;
  readonly from: number;
  readonly to: number;
  readonly fromHash: Buffer;
  readonly toHash: Buffer;
  /** True when the slice belongs to a snapshot: it starts at 0 and only live entries are in it. */
  readonly snapshot: boolean;
  /** True when the ledger already goes on behind `to`: ask again at once. */
  readonly more: boolean;
  readonly entries: readonly FeedEntry[];
}

/** Thrown by the parsers of this file: the slice or position is not in the format. */
export class FeedFormatError extends Error {
  override readonly name = "FeedFormatError";
}

/** Writes a position as it stands in `after=`: ledger id, colon, number. */
export function formatFeedPosition(position: FeedPosition): string {
  return `${position.ledger}:${position.number}`;
}

/** Reads a position. @throws FeedFormatError */
export function parseFeedPosition(text: string): FeedPosition {
  const ledger = text.slice(0, 22);
  const digits = text.slice(23);
  if (!isIdentifier(ledger) || text[22] !== ":" || !/^(0|[1-9][0-9]{0,14})$/.test(digits)) {
    throw new FeedFormatError("a position is a ledger id, a colon and a number");
  }
  return { ledger, number: Number(digits) };
}

/** The claims of a slice, ready to be signed. */
export function feedSliceClaims(slice: FeedSlice): JsonObject {
  return {
    iss: slice.issuer,
    iat: slice.issuedAt,
    exp: slice.expiresAt,
    ledger: slice.ledger,
    from: slice.from,
    to: slice.to,
    from_hash: encodeBase64url(slice.fromHash),
    to_hash: encodeBase64url(slice.toHash),
    snapshot: slice.snapshot,
    more: slice.more,
    entries: slice.entries.map((entry) => [encodeBase64url(entry.handle), entry.expiresAt]),
  };
}

/**
 * Reads a slice from claims whose signature, issuer, type and expiry are already verified.
 *
 * @throws FeedFormatError when a member is missing, of the wrong type or out of bounds, or when
 * the entries are complete and do not lead from `from_hash` to `to_hash`.
 */
export function parseFeedSlice(claims: JsonObject): FeedSlice {
  const ledger = claims["ledger"];
  if (!isIdentifier(ledger)) throw new FeedFormatError("ledger is not an identifier");
  const issuer = claims["iss"];
  if (typeof issuer !== "string") throw new FeedFormatError("iss is not a string");
  const entries = claims["entries"];
  if (!Array.isArray(entries) || entries.length > FEED_SLICE_ENTRIES) {
    throw new FeedFormatError("entries is not a list within its limit");
  }
  const slice: FeedSlice = {
    issuer,
    issuedAt: parseNumber(claims, "iat"),
    expiresAt: parseNumber(claims, "exp"),
    ledger,
    from: parseCount(claims, "from"),
    to: parseCount(claims, "to"),
    fromHash: parseBytes(claims["from_hash"], 32),
    toHash: parseBytes(claims["to_hash"], 32),
    snapshot: parseBoolean(claims, "snapshot"),
    more: parseBoolean(claims, "more"),
    entries: entries.map(parseEntry),
  };
  checkChain(slice);
  return slice;
}

function checkChain(slice: FeedSlice): void {
  const missing = slice.to - slice.from - slice.entries.length;
  if (missing < 0) throw new FeedFormatError("more entries than numbers");
  if (missing > 0) return;
  let hash: Uint8Array = slice.fromHash;
  for (const entry of slice.entries) {
    hash = nextLedgerHash(hash, ledgerEntryBytes(entry.handle, entry.expiresAt));
  }
  if (!slice.toHash.equals(hash)) throw new FeedFormatError("to_hash does not follow");
}

function parseEntry(entry: unknown): FeedEntry {
  if (!Array.isArray(entry) || entry.length !== 2) throw new FeedFormatError("malformed entry");
  const [handle, expiresAt] = entry as [unknown, unknown];
  if (typeof expiresAt !== "number" || !Number.isSafeInteger(expiresAt) || expiresAt < 0) {
    throw new FeedFormatError("an entry's expiry is not a whole number of seconds");
  }
  return { handle: parseBytes(handle, PUBLISHED_HANDLE_BYTES), expiresAt };
}

function parseNumber(claims: JsonObject, name: string): number {
  const value = claims[name];
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
    throw new FeedFormatError(`${name} is not a time`);
  }
  return value;
}

function parseCount(claims: JsonObject, name: string): number {
  const value = claims[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw new FeedFormatError(`${name} is not a ledger number`);
  }
  return value;
}

function parseBoolean(claims: JsonObject, name: string): boolean {
  const value = claims[name];
  if (typeof value !== "boolean") throw new FeedFormatError(`${name} is not a boolean`);
  return value;
}

function parseBytes(value: unknown, length: number): Buffer {
  if (typeof value !== "string") throw new FeedFormatError("expected base64url");
  let bytes: Uint8Array;
  try {
    bytes = decodeBase64url(value);
  } catch (cause) {
    throw new FeedFormatError("expected canonical base64url", { cause });
  }
  if (bytes.length !== length) throw new FeedFormatError(`expected ${length} bytes`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
