import { describe, expect, it, test } from "vitest";
import {
  type Decision,
  FAST_FORWARD_LIMIT,
  isExpired,
  MAX_GENERATION,
  type PresentedGeneration,
  ROTATION_WINDOW,
  rotate,
  type RotationState,
} from "./rotation.ts";

const T0 = 1_700_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function session(change: Partial<RotationState> = {}): RotationState {
  return {
    generation: 7,
    advancedAt: T0,
    attemptKeyHash: "key-a",
    contestedGeneration: null,
    contestedStreak: 0,
    idleLifetime: 30 * DAY,
    endsAt: null,
    endedAt: null,
    endReason: null,
    ...change,
  };
}

function presented(
  generation: number,
  attemptKeyHash: string | null = null,
  settledKeyHashes: readonly string[] = [],
): PresentedGeneration {
  return { generation, attemptKeyHash, settledKeyHashes };
}

const inside = T0 + ROTATION_WINDOW;
const outside = T0 + ROTATION_WINDOW + 1;

describe("rotate: the table of the design", () => {
  const rows: readonly [string, PresentedGeneration, number, Decision["kind"]][] = [
    ["g, outside the window", presented(7, "key-b"), outside, "advance"],
    ["g, outside, under the key that made g", presented(7, "key-a"), outside, "advance"],
    ["g, inside the window", presented(7, "key-b"), inside, "keep"],
    ["g, at the advance itself", presented(7), T0, "keep"],
    ["g-1, inside, the advance's key", presented(6, "key-a"), inside, "repeat"],
    ["g-1, inside, no key", presented(6), inside, "repeat"],
    ["g-1, inside, a foreign key", presented(6, "key-b"), inside, "repeat"],
    ["g-1, outside, the advance's key", presented(6, "key-a"), T0 + 20 * DAY, "repeat"],
    ["g-1, outside, no key", presented(6), outside, "reuse"],
    ["g-1, outside, a foreign key", presented(6, "key-b"), outside, "reuse"],
    ["g-1, outside, the key settled since", presented(6, "key-b", ["key-a"]), outside, "repeat"],
    ["g-1, outside, other keys settled", presented(6, "key-b", ["key-c"]), outside, "reuse"],
    ["g-2, outside, the key settled since", presented(5, "key-b", ["key-a"]), outside, "reuse"],
    ["g-2, inside", presented(5), inside, "superseded"],
    ["g-2, inside, the advance's key", presented(5, "key-a"), inside, "superseded"],
    ["g-2, outside", presented(5), outside, "reuse"],
    ["g-2, outside, the advance's key", presented(5, "key-a"), outside, "reuse"],
    ["g-3, inside", presented(4), inside, "reuse"],
    ["g-3, inside, the advance's key", presented(4, "key-a"), inside, "reuse"],
    ["0, outside", presented(0, "key-a"), outside, "reuse"],
    ["g+1, inside", presented(8), inside, "fast_forward"],
    ["g+1, outside", presented(8, "key-a"), outside, "fast_forward"],
    ["g+8", presented(15), outside, "fast_forward"],
    ["g+9", presented(16), outside, "ahead"],
    ["the highest number", presented(MAX_GENERATION), inside, "ahead"],
  ];
  it.each(rows)("%s", (_name, input, now, kind) => {
    expect(rotate(session(), input, now).kind).toBe(kind);
  });

  it("advances by one, now, under the presented key, and changes nothing else", () => {
    expect(rotate(session(), presented(7, "key-b"), outside)).toEqual({
      kind: "advance",
      next: session({ generation: 8, advancedAt: outside, attemptKeyHash: "key-b" }),
    });
    expect(rotate(session(), presented(7), outside)).toMatchObject({
      next: { attemptKeyHash: null },
    });
  });

  it("writes nothing when it repeats, keeps, supersedes or refuses", () => {
    expect(rotate(session(), presented(6, "key-a"), outside)).toEqual({
      kind: "repeat",
      next: null,
    });
    expect(rotate(session(), presented(7), inside)).toEqual({ kind: "keep" });
    expect(rotate(session(), presented(5), inside)).toEqual({ kind: "superseded" });
    expect(rotate(session(), presented(16), inside)).toEqual({ kind: "ahead" });
  });

  it("fast-forwards to the presented generation, now, without a key", () => {
    const decision = rotate(session(), presented(7 + FAST_FORWARD_LIMIT, "key-b"), outside);
    expect(decision).toEqual({
      kind: "fast_forward",
      next: session({ generation: 15, advancedAt: outside, attemptKeyHash: null }),
    });
    if (decision.kind !== "fast_forward") throw new Error("unreachable");
    expect(rotate(decision.next, presented(15, "key-b"), outside)).toEqual({ kind: "keep" });
  });

  it("ends the session on reuse, and keeps what is known of it", () => {
    expect(rotate(session(), presented(6), outside)).toEqual({
      kind: "reuse",
      cause: "superseded_token",
      next: session({ endedAt: outside, endReason: "reuse" }),
    });
  });
});

describe("rotate: the clock", () => {
  it("takes a negative age as zero: a clock that was set back signs nobody out", () => {
    const past = T0 - HOUR;
    expect(rotate(session(), presented(7), past).kind).toBe("keep");
    expect(rotate(session(), presented(6), past).kind).toBe("repeat");
    expect(rotate(session(), presented(5), past).kind).toBe("superseded");
    expect(rotate(session({ idleLifetime: 1 }), presented(7), past).kind).toBe("keep");
  });

  it("survives a jump forward when the client has its attempt key", () => {
    expect(rotate(session(), presented(6, "key-a"), T0 + HOUR).kind).toBe("repeat");
  });
});

describe("rotate: expiry and endings come before the generation", () => {
  const anyGeneration = [0, 5, 6, 7, 8, 15, 16];

  test.each(anyGeneration)("an idle session is expired, never reused (generation %i)", (g) => {
    const idle = session({ idleLifetime: DAY });
    expect(rotate(idle, presented(g, "key-a"), T0 + DAY + 1)).toEqual({ kind: "expired" });
  });

  test.each(anyGeneration)("no answer outlives the absolute end (generation %i)", (g) => {
    const bounded = session({ endsAt: T0 + 5_000 });
    expect(rotate(bounded, presented(g, "key-a"), T0 + 5_000)).toEqual({ kind: "expired" });
    expect(rotate(bounded, presented(7), T0 + 4_999).kind).toBe("keep");
  });

  test.each(anyGeneration)("an ended session says why (generation %i)", (g) => {
    const stolen = session({ endedAt: T0, endReason: "reuse" });
    expect(rotate(stolen, presented(g), outside)).toEqual({ kind: "ended", isCompromised: true });
    const left = session({ endedAt: T0, endReason: "signed_out", idleLifetime: 1 });
    expect(rotate(left, presented(g), outside)).toEqual({ kind: "ended", isCompromised: false });
  });

  it("counts idle time from the last advance, its last millisecond included", () => {
    expect(isExpired(session({ idleLifetime: DAY }), T0 + DAY)).toBe(false);
    expect(isExpired(session({ idleLifetime: DAY }), T0 + DAY + 1)).toBe(true);
  });

  it("expires a session whose generations are used up instead of wrapping around", () => {
    const worn = session({ generation: MAX_GENERATION });
    expect(rotate(worn, presented(MAX_GENERATION), outside)).toEqual({ kind: "expired" });
  });
});

describe("rotate: contested advances", () => {
  it("records a predecessor answered in the window under a foreign key, once an advance", () => {
    const first = rotate(session(), presented(6, "key-b"), inside);
    expect(first).toEqual({
      kind: "repeat",
      next: session({ contestedGeneration: 7, contestedStreak: 1 }),
    });
    if (first.kind !== "repeat" || first.next === null) throw new Error("unreachable");
    expect(rotate(first.next, presented(6, "key-c"), inside)).toEqual({
      kind: "repeat",
      next: null,
    });
  });

  const notForeign: readonly [string, RotationState, PresentedGeneration][] = [
    ["the advance's own key", session(), presented(6, "key-a")],
    ["a key settled since", session(), presented(6, "key-b", ["key-x", "key-a"])],
    ["a client without keys", session(), presented(6)],
    ["an advance without a key", session({ attemptKeyHash: null }), presented(6, "key-b")],
  ];
  test.each(notForeign)("%s is not foreign", (_name, state, input) => {
    expect(rotate(state, input, inside)).toEqual({ kind: "repeat", next: null });
  });

  it("counts contested advances in a row, and never takes them for reuse (ADR 0001)", () => {
    const often = session({ contestedGeneration: 6, contestedStreak: 99 });
    expect(rotate(often, presented(6, "key-b"), inside)).toEqual({
      kind: "repeat",
      next: session({ contestedGeneration: 7, contestedStreak: 100 }),
    });
  });

  it("starts over after an advance that nobody contested", () => {
    const earlier = session({ contestedGeneration: 5, contestedStreak: 2 });
    expect(rotate(earlier, presented(6, "key-b"), inside)).toEqual({
      kind: "repeat",
      next: session({ contestedGeneration: 7, contestedStreak: 1 }),
    });
  });
});
