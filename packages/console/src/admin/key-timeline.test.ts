import { describe, expect, it } from "vitest";
import type { Key } from "../api/wire.ts";
import { spanOf, timelineOf } from "./key-timeline.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 1);
const day = (n: number) => new Date(NOW + n * DAY).toISOString();

const key = (members: Partial<Key>): Key => ({
  kid: "k",
  alg: "ES256",
  purpose: "signing",
  state: "current",
  created_at: day(-50),
  active_at: day(-50),
  retired_at: null,
  ...members,
});

const current = key({});
const next = key({ kid: "n", state: "next", created_at: day(-50), active_at: day(40) });
const retired = key({
  state: "retired",
  active_at: day(-100),
  created_at: day(-100),
  retired_at: day(1),
});
const group = [current, next, retired];
const span = spanOf(group, NOW);

describe("timelineOf", () => {
  it("covers what was and what is planned, with now between", () => {
    expect(span.from).toBe(NOW - 100 * DAY);
    expect(span.to).toBeGreaterThan(NOW + 40 * DAY);
    expect(span.now).toBeGreaterThan(50);
    const [past, planned] = timelineOf(current, group, span);
    expect(past).toMatchObject({ isPlanned: false });
    expect((past?.left ?? 0) + (past?.width ?? 0)).toBeCloseTo(span.now);
    expect(planned).toMatchObject({ left: span.now, isPlanned: true });
  });

  it("begins the next key where the current one ends", () => {
    const [, planned] = timelineOf(current, group, span);
    const [following] = timelineOf(next, group, span);
    expect(following?.left).toBeCloseTo((planned?.left ?? 0) + (planned?.width ?? 0));
  });

  it("ends a retired key when nothing of it can be alive", () => {
    const pieces = timelineOf(retired, group, span);
    expect(pieces.map(({ isPlanned }) => isPlanned)).toEqual([false, true]);
    const over = timelineOf(key({ ...retired, retired_at: day(-10) }), group, span);
    expect(over.map(({ isPlanned }) => isPlanned)).toEqual([false]);
  });

  it("has room for one key that was made just now", () => {
    const fresh = key({ created_at: day(0), active_at: day(0) });
    const only = spanOf([fresh], NOW);
    expect(only.to - only.from).toBeGreaterThanOrEqual(DAY);
  });
});
