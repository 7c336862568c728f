// Properties of the pure state machine, and a walk through random runs of honest clients and one
// thief. T1: no run without a thief ends the session. T2: a stolen token lives beside its owner
// only inside the window.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Decision,
  type PresentedGeneration,
  ROTATION_WINDOW,
  rotate,
  type RotationState,
} from "./rotation.ts";

const T0 = 1_700_000_000_000;
const keys = ["a", "b", "c", null] as const;

const state: fc.Arbitrary<RotationState> = fc.record({
  generation: fc.integer({ min: 0, max: 20 }),
  advancedAt: fc.constant(T0),
  attemptKeyHash: fc.constantFrom(...keys),
  contestedGeneration: fc.option(fc.integer({ min: 0, max: 20 })),
  contestedStreak: fc.integer({ min: 0, max: 2 }),
  idleLifetime: fc.constantFrom(60_000, 3_600_000),
  endsAt: fc.constantFrom(null, T0 + 30_000, T0 + 86_400_000),
  endedAt: fc.constantFrom(null, null, null, T0 + 1),
  endReason: fc.constantFrom("reuse", "signed_out"),
});
const live = state.map((session) => ({
  ...session,
  idleLifetime: 86_400_000,
  endsAt: null,
  endedAt: null,
}));
const presentation: fc.Arbitrary<PresentedGeneration> = fc.record({
  generation: fc.integer({ min: 0, max: 40 }),
  attemptKeyHash: fc.constantFrom(...keys),
  settledKeyHashes: fc.subarray(["a", "b", "c"]),
});
const time = fc.integer({ min: T0 - 100_000, max: T0 + 100_000_000 });

function nextOf(decision: Decision): RotationState | null {
  return "next" in decision ? decision.next : null;
}

describe("rotate, for any session, token and time", () => {
  it("changes no input, and decides the same again", () => {
    fc.assert(
      fc.property(state, presentation, time, (session, presented, now) => {
        const before = structuredClone({ session, presented });
        const decision = rotate(session, presented, now);
        expect({ session, presented }).toEqual(before);
        expect(rotate(session, presented, now)).toEqual(decision);
      }),
    );
  });

  it("never lowers the generation, and raises it by more than one only to a presented one", () => {
    fc.assert(
      fc.property(state, presentation, time, (session, presented, now) => {
        const next = nextOf(rotate(session, presented, now));
        const rise = (next?.generation ?? session.generation) - session.generation;
        expect(rise).toBeGreaterThanOrEqual(0);
        expect(rise <= 1 || next?.generation === presented.generation).toBe(true);
      }),
    );
  });

  it("writes nothing to an ended or expired session, so a late token cannot change its end", () => {
    fc.assert(
      fc.property(state, presentation, time, (session, presented, now) => {
        const decision = rotate(session, presented, now);
        const isOver = session.endedAt !== null || (session.endsAt ?? Infinity) <= now;
        fc.pre(isOver);
        expect(nextOf(decision)).toBeNull();
      }),
    );
  });

  it("answers a retry with the same successor: inside the window always, later with its key", () => {
    fc.assert(
      fc.property(live, presentation, fc.nat(2_000_000), (session, other, wait) => {
        const presented = { ...other, generation: session.generation };
        const decision = rotate(session, presented, T0 + ROTATION_WINDOW + 1);
        if (decision.kind !== "advance") throw new Error("the current token must advance");
        fc.pre(wait <= ROTATION_WINDOW || presented.attemptKeyHash !== null);
        const retry = rotate(decision.next, presented, T0 + ROTATION_WINDOW + 1 + wait);
        expect(retry).toEqual({ kind: "repeat", next: null });
      }),
    );
  });
});

// What a client does between two steps of a walk.
interface Client {
  token: number;
  key: string;
  settled: string[];
}

function createRun(usesKeys: boolean) {
  let count = 0;
  let now = T0;
  let session: RotationState = {
    generation: 0,
    advancedAt: T0,
    attemptKeyHash: null,
    contestedGeneration: null,
    contestedStreak: 0,
    idleLifetime: Number.MAX_SAFE_INTEGER,
    endsAt: null,
    endedAt: null,
    endReason: null,
  };
  const newKey = () => `key-${(count += 1)}`;
  return {
    newClient: (): Client => ({ token: 0, key: newKey(), settled: [] }),
    wait: (milliseconds: number) => {
      now += milliseconds;
    },
    hasEnded: () => session.endedAt !== null,
    /** The store forgets: it is as it was. */
    snapshot: () => session,
    restore: (earlier: RotationState) => {
      session = earlier;
    },
    /** Sends a client's token; a lost answer leaves the client as it was. */
    send: (client: Client, isAnswered: boolean): Decision["kind"] => {
      const decision = rotate(
        session,
        {
          generation: client.token,
          attemptKeyHash: usesKeys ? client.key : null,
          settledKeyHashes: usesKeys ? client.settled : [],
        },
        now,
      );
      const next = nextOf(decision);
      if (next !== null) session = next;
      if (isAnswered && (decision.kind === "advance" || decision.kind === "repeat")) {
        client.token = Math.max(client.token, session.generation);
        client.settled = [client.key, ...client.settled].slice(0, 4);
        client.key = newKey();
      }
      return decision.kind;
    },
  };
}

describe("rotate, in runs", () => {
  it("T1: a client that repeats its attempt key is never signed out, whatever is lost", () => {
    const step = fc.record({
      isAnswered: fc.boolean(),
      wait: fc.constantFrom(0, 1_000, 9_000, 11_000, 3_600_000),
      rollsBack: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const run = createRun(true);
        const client = run.newClient();
        for (const { isAnswered, wait, rollsBack } of steps) {
          run.wait(wait);
          const before = run.snapshot();
          run.send(client, isAnswered);
          if (rollsBack) run.restore(before);
          expect(run.hasEnded()).toBe(false);
        }
      }),
    );
  });

  it("T1: two tabs that share a jar and a key are never signed out", () => {
    const step = fc.record({
      // The other tab's request may leave with the token that the jar held before.
      isLate: fc.boolean(),
      isAnswered: fc.boolean(),
      wait: fc.constantFrom(0, 3_000, 11_000, 3_600_000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const run = createRun(true);
        const jar = run.newClient();
        for (const { isLate, isAnswered, wait } of steps) {
          run.wait(wait);
          const other: Client = { ...jar };
          run.send(jar, isAnswered);
          if (isLate) run.send(other, false);
          expect(run.hasEnded()).toBe(false);
        }
      }),
    );
  });

  it("T1: a client without keys lives when it repeats inside the window", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { maxLength: 40 }), (losses) => {
        const run = createRun(false);
        const client = run.newClient();
        for (const lost of losses) {
          run.wait(60_000);
          for (let i = 0; i < lost; i += 1) {
            run.send(client, false);
            run.wait(2_000);
          }
          run.send(client, true);
          expect(run.hasEnded()).toBe(false);
        }
      }),
    );
  });

  it("T2: owner and thief, each presenting outside the windows, end the session", () => {
    const order = fc.array(fc.boolean(), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(order, fc.boolean(), (isThief, usesKeys) => {
        const run = createRun(usesKeys);
        const owner = run.newClient();
        const thief: Client = { ...run.newClient(), token: owner.token };
        const kinds: Decision["kind"][] = [];
        for (const turn of isThief) {
          run.wait(ROTATION_WINDOW + 1);
          kinds.push(run.send(turn ? thief : owner, true));
        }
        const changes = isThief.findIndex((turn, i) => i > 0 && turn !== isThief[i - 1]);
        // Nobody changed places: whoever holds the token alone is never signed out.
        const [caught, ...later] = changes === -1 ? [] : kinds.slice(changes);
        expect(run.hasEnded()).toBe(changes !== -1);
        // The one who did not advance is caught the first time, and nobody is answered after.
        expect(caught).toBe(changes === -1 ? undefined : "reuse");
        expect(later.every((kind) => kind === "ended")).toBe(true);
      }),
    );
  });

  it("a thief who stays inside every window is recorded, and caught at the first one it misses", () => {
    const run = createRun(true);
    const owner = run.newClient();
    const thief: Client = { ...run.newClient(), token: owner.token };
    for (let turn = 1; turn <= 4; turn += 1) {
      run.wait(ROTATION_WINDOW + 1);
      run.send(owner, true);
      run.wait(1_000);
      expect(run.send(thief, true)).toBe("repeat");
      expect(run.snapshot().contestedStreak).toBe(turn);
    }
    run.wait(ROTATION_WINDOW + 1);
    run.send(owner, true);
    run.wait(ROTATION_WINDOW + 1);
    expect(run.send(thief, true)).toBe("reuse");
    expect(run.send(owner, true)).toBe("ended");
  });
});
