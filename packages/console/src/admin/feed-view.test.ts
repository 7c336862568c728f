import { describe, expect, it } from "vitest";
import { addSlice, EMPTY_FEED, readSlice, SHOWN_ENTRIES, type Slice } from "./feed-view.ts";

const slice = (members: Partial<Slice>): Slice => ({
  ledger: "one",
  to: 1,
  issuedAt: 0,
  isSnapshot: false,
  entries: [],
  ...members,
});

describe("addSlice", () => {
  it("shows the newest first, and marks what came after the snapshot", () => {
    const snapshot = slice({
      isSnapshot: true,
      to: 2,
      entries: [
        ["a", 1],
        ["b", 2],
      ],
    });
    const first = addSlice(EMPTY_FEED, snapshot, 5);
    expect(first.entries.map(({ handle, isNew }) => [handle, isNew])).toEqual([
      ["b", false],
      ["a", false],
    ]);
    const second = addSlice(first, slice({ to: 3, entries: [["c", 3]] }), 6);
    expect(second).toMatchObject({ number: 3, heardAt: 6 });
    expect(second.entries.map(({ handle, isNew }) => [handle, isNew])).toEqual([
      ["c", true],
      ["b", false],
      ["a", false],
    ]);
  });

  it("keeps marks at a heartbeat, and shows an entry once", () => {
    const first = addSlice(EMPTY_FEED, slice({ isSnapshot: true }), 1);
    const second = addSlice(first, slice({ to: 2, entries: [["a", 1]] }), 2);
    const third = addSlice(second, slice({ to: 2, entries: [["a", 1]] }), 3);
    expect(third.entries).toEqual(second.entries);
    expect(third.heardAt).toBe(3);
  });

  it("begins anew with another ledger, and is bounded", () => {
    const many = Array.from({ length: SHOWN_ENTRIES + 5 }, (_, n) => [`h${n}`, n] as const);
    const first = addSlice(EMPTY_FEED, slice({ entries: many }), 1);
    expect(first.entries).toHaveLength(SHOWN_ENTRIES);
    const second = addSlice(first, slice({ ledger: "two", to: 1, entries: [["x", 1]] }), 2);
    expect(second.entries.map(({ handle }) => handle)).toEqual(["x"]);
  });
});

describe("readSlice", () => {
  const token = (claims: unknown) => `x.${btoa(JSON.stringify(claims))}.y`;

  it("reads a slice", () => {
    const claims = { ledger: "one", to: 4, iat: 9, snapshot: true, entries: [["a", 1]] };
    expect(readSlice(token(claims))).toEqual(
      slice({ to: 4, issuedAt: 9, isSnapshot: true, entries: [["a", 1]] }),
    );
  });

  it.each([undefined, 5, "", "a.b.c", token(null), token({ ledger: 1 }), token([])])(
    "takes %j for none",
    (value) => {
      expect(readSlice(value)).toBeUndefined();
    },
  );
});
