import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  firstLedgerHash,
  ledgerEntryBytes,
  nextLedgerHash,
  PUBLISHED_HANDLE_BYTES,
  publishHandle,
} from "./handles.ts";

const LEDGER = "A".repeat(22);

// The formulas of docs/revocation-feed.md, written a second time: other languages rely on them.
test("the published form follows the documented formula", () => {
  const expected = createHash("sha256").update(`${LEDGER}\0handle`).digest().subarray(0, 16);
  expect(publishHandle(LEDGER, "handle")).toEqual(expected);
  expect(publishHandle(LEDGER, "handle")).toHaveLength(PUBLISHED_HANDLE_BYTES);
});

test("a new ledger starts with clean names", () => {
  expect(publishHandle("B".repeat(22), "handle")).not.toEqual(publishHandle(LEDGER, "handle"));
});

test("the chain follows the documented formula", () => {
  const handle = publishHandle(LEDGER, "handle");
  const expiry = Buffer.alloc(8);
  expiry.writeBigUInt64BE(1_800_000_000n);
  expect(ledgerEntryBytes(handle, 1_800_000_000)).toEqual(Buffer.concat([handle, expiry]));
  const first = createHash("sha256").update(`latchkey ledger\0${LEDGER}`).digest();
  expect(firstLedgerHash(LEDGER)).toEqual(first);
  expect(nextLedgerHash(first, ledgerEntryBytes(handle, 1_800_000_000))).toEqual(
    createHash("sha256")
      .update(Buffer.concat([first, handle, expiry]))
      .digest(),
  );
});

test("order and expiry are part of the chain", () => {
  const first = firstLedgerHash(LEDGER);
  const a = ledgerEntryBytes(publishHandle(LEDGER, "a"), 1);
  const b = ledgerEntryBytes(publishHandle(LEDGER, "b"), 1);
  const later = ledgerEntryBytes(publishHandle(LEDGER, "b"), 2);
  const chain = (...entries: Buffer[]): string =>
    entries.reduce((hash, entry) => nextLedgerHash(hash, entry), first).toString("hex");
  expect(new Set([chain(a, b), chain(b, a), chain(a, later), chain(a)]).size).toBe(4);
});
