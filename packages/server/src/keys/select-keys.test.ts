import { assert, constantFrom, nat, option, property, record, uniqueArray, uuid } from "fast-check";
import { describe, expect, it } from "vitest";
import { type KeyTimes, keyState, selectKeys } from "./select-keys.ts";

const DAY = 86_400_000;
const facts = { now: 100 * DAY, alg: "ES256", retention: DAY };

function key(id: string, activeDay: number, retiredDay: number | null = null): KeyTimes {
  return {
    id,
    alg: "ES256",
    activeAt: activeDay * DAY,
    retiredAt: retiredDay === null ? null : retiredDay * DAY,
  };
}

describe("selecting keys", () => {
  const ids = (keys: readonly KeyTimes[], now = 100): unknown => {
    const { current, next, published } = selectKeys(keys, { ...facts, now: now * DAY });
    return { current: current?.id, next: next?.id, published: published.map((each) => each.id) };
  };

  it("signs with the latest active key, publishes its successor", () => {
    expect(ids([key("old", 1), key("now", 50), key("later", 140)])).toEqual({
      current: "now",
      next: "later",
      published: ["now", "later"],
    });
  });

  it("hands over at the successor's time, and publishes the former until its tokens expired", () => {
    const keys = [key("a", 0), key("b", 90)];
    expect(ids(keys, 89.9)).toMatchObject({ current: "a", next: "b" });
    expect(ids(keys, 90)).toEqual({ current: "b", next: undefined, published: ["a", "b"] });
    expect(ids(keys, 90.9)).toMatchObject({ published: ["a", "b"] });
    expect(ids(keys, 91)).toMatchObject({ published: ["b"] });
  });

  it("the published successor steps in at once for a retired key", () => {
    expect(ids([key("a", 0, 99.5), key("b", 140), key("c", 230)])).toEqual({
      current: "b",
      next: "c",
      published: ["a", "b", "c"],
    });
    expect(ids([key("a", 0, 99), key("b", 140)])).toEqual({
      current: "b",
      next: undefined,
      published: ["b"],
    });
  });

  it("a replaced key never signs again, also when its successor is retired", () => {
    expect(ids([key("a", 0), key("b", 90, 99.5)])).toEqual({
      current: undefined,
      next: undefined,
      published: ["b"],
    });
  });

  it("a successor retired before its time replaces nobody", () => {
    expect(ids([key("a", 0), key("b", 95, 90)])).toMatchObject({ current: "a", published: ["a"] });
  });

  it("has a current key although the clock was set back before the first activation", () => {
    expect(ids([key("a", 101), key("b", 190)])).toEqual({
      current: "a",
      next: "b",
      published: ["a", "b"],
    });
  });

  it("signs with the configured algorithm only, and verifies the others", () => {
    const rs = { ...key("rs", 99), alg: "RS256" };
    expect(ids([key("es", 1), rs])).toMatchObject({ current: "es", published: ["es", "rs"] });
  });

  it("names the state of each key", () => {
    const keys = [key("gone", 0), key("old", 50), key("now", 99.9), key("later", 150)];
    const selection = selectKeys(keys, facts);
    expect(keys.map((each) => keyState(each, selection))).toEqual([
      "expired",
      "retired",
      "current",
      "next",
    ]);
  });

  const anyKey = record({
    id: uuid(),
    alg: constantFrom("ES256", "RS256"),
    activeAt: nat(1000),
    retiredAt: option(nat(1000)),
  });

  it("signs before active_at only for want of an active key; what signed is published", () => {
    assert(
      property(
        uniqueArray(anyKey, { selector: (each) => each.id, maxLength: 8 }),
        nat(1200),
        nat(100),
        (keys, now, age) => {
          const at = (time: number): ReturnType<typeof selectKeys<KeyTimes>> =>
            selectKeys(keys, { now: time, alg: "ES256", retention: 101 });
          const { current, next, published } = at(now);
          const line = keys
            .filter((each) => each.alg === "ES256" && each.activeAt <= now)
            .filter((each) => each.retiredAt === null || each.retiredAt > each.activeAt)
            .sort((a, b) => b.activeAt - a.activeAt || (a.id < b.id ? 1 : -1));
          const isRetired = (each: KeyTimes): boolean =>
            each.retiredAt !== null && each.retiredAt <= now;
          // A token that was signed up to `retention` ago still finds its key.
          const signer = at(now - age).current;
          const rules = {
            currentSigns: current === undefined || !isRetired(current),
            currentFits: current === undefined || current.alg === "ES256",
            noEarlyStart:
              current === undefined || current.activeAt <= now || line.slice(0, 1).every(isRetired),
            nextComesLater: next === undefined || next.activeAt > now,
            usedArePublished: [current, next, signer].every(
              (each) => each === undefined || published.includes(each),
            ),
          };
          expect(Object.entries(rules).filter(([, holds]) => !holds)).toEqual([]);
        },
      ),
    );
  });
});
