// What one thread packs, the other reads as it was.

import { describe, expect, it } from "vitest";
import type { StoreRequest, WorkerAnswer } from "./messages.ts";
import { AnswerPacker, AnswerReader, GroupPacker, GroupReader, NUMBERED_TEXTS } from "./packing.ts";

/** As it is between the threads. */
function travel<T>(value: T): T {
  return structuredClone(value);
}

function read(id: number, sql: string): StoreRequest {
  return { id, kind: "read", statements: [{ sql, parameters: [], expect: undefined }] };
}

describe("a group", () => {
  const requests: readonly StoreRequest[] = [
    read(7, "select 1"),
    {
      id: 8,
      kind: "write",
      statements: [
        {
          sql: "insert into t values (?, ?, ?, ?, ?, ?)",
          parameters: [
            "text ü \u0000",
            1.5,
            9_007_199_254_740_991n,
            -3n,
            null,
            bytes(0, 127, 128, 255),
          ],
          expect: 1,
        },
        { sql: "select 1", parameters: [""], expect: 0 },
      ],
    },
    { id: 9, kind: "write", statements: [] },
  ];

  it("arrives as it left", () => {
    const group = travel(new GroupPacker().pack(requests));
    expect(new GroupReader().read(group)).toEqual(requests);
  });

  it("carries a text once", () => {
    const packer = new GroupPacker();
    const reader = new GroupReader();
    reader.read(travel(packer.pack(requests)));
    const again = travel(packer.pack(requests));
    expect(again.texts).toEqual([]);
    expect(reader.read(again)).toEqual(requests);
  });

  it("forgets texts when there are too many, at both ends", () => {
    const packer = new GroupPacker();
    const reader = new GroupReader();
    for (let index = 0; index < 3 * NUMBERED_TEXTS; index++) {
      const group = [read(index, `select ${index}`), read(index, "select 1")];
      expect(reader.read(travel(packer.pack(group)))).toEqual(group);
    }
  });

  it("of another worker is refused and not mistaken", () => {
    const packer = new GroupPacker();
    packer.pack(requests);
    const late = travel(packer.pack(requests));
    expect(() => new GroupReader().read(late)).toThrow("without its text");
  });
});

describe("answers", () => {
  const columns = ["id", "name", "picture"];
  const none = { columns: [], rows: [] };
  const answers: readonly WorkerAnswer[] = [
    {
      id: 1,
      kind: "rows",
      set: {
        columns,
        rows: [
          [1, "a", bytes(1, 255)],
          [2, null, bytes()],
        ],
      },
    },
    { id: 2, kind: "error", error: { code: "database_corrupt", message: "m" } },
    {
      id: 3,
      kind: "outcome",
      outcome: {
        committed: true,
        results: [
          { changes: 2, set: none },
          { changes: 1, set: { columns, rows: [[1.25, "", null]] } },
        ],
      },
    },
    {
      id: 4,
      kind: "outcome",
      outcome: { committed: false, failed: 1, reason: "unique", constraint: ["t.id"] },
    },
    { id: 5, kind: "rows", set: none },
  ];
  const expected = [
    {
      id: 1,
      kind: "rows",
      rows: [
        { id: 1, name: "a", picture: bytes(1, 255) },
        { id: 2, name: null, picture: bytes() },
      ],
    },
    { id: 2, kind: "error", error: { code: "database_corrupt", message: "m" } },
    {
      id: 3,
      kind: "outcome",
      outcome: {
        committed: true,
        results: [
          { changes: 2, rows: [] },
          { changes: 1, rows: [{ id: 1.25, name: "", picture: null }] },
        ],
      },
    },
    {
      id: 4,
      kind: "outcome",
      outcome: { committed: false, failed: 1, reason: "unique", constraint: ["t.id"] },
    },
    { id: 5, kind: "rows", rows: [] },
  ];

  it("arrive under their ids, as rows with names", () => {
    const packer = new AnswerPacker();
    const reader = new AnswerReader();
    for (let turn = 0; turn < 2; turn++) {
      const packed = travel(packer.pack(answers));
      expect(packed.columns).toHaveLength(turn === 0 ? 1 : 0);
      const arrived = reader.read(packed).sort((a, b) => a.id - b.id);
      expect(arrived).toEqual(expected);
    }
  });

  it("bring bytes in memory of their own", () => {
    const [first] = new AnswerReader().read(travel(new AnswerPacker().pack(answers)));
    const picture = first?.kind === "rows" ? first.rows[0]?.["picture"] : undefined;
    expect(picture).toBeInstanceOf(Uint8Array);
    expect((picture as Uint8Array).buffer.byteLength).toBe(2);
  });
});

function bytes(...values: readonly number[]): Uint8Array {
  return new Uint8Array(values);
}
