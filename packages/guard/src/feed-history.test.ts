// Random histories: handles retired, ledgers replaced, feeds that fail or lie. After the next good
// reading nothing that was taken back is accepted, and nothing else is refused.

import { createIdentifier } from "@latchkey/protocol";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { requestWith, TestIssuer, TestLedger } from "../test/test-issuer.ts";
import type { Guard } from "./index.ts";

type Step =
  | { readonly do: "retire"; readonly token: number }
  | { readonly do: "noise"; readonly count: number }
  | { readonly do: "new ledger" | "poll" | "poll with an error" | "poll with a gap" | "use all" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("retire" as const), token: fc.nat(5) }),
  fc.record({ do: fc.constant("noise" as const), count: fc.integer({ min: 1, max: 9 }) }),
  fc.record({
    do: fc.constantFrom(
      "new ledger" as const,
      "poll" as const,
      "poll with an error" as const,
      "poll with a gap" as const,
      "use all" as const,
    ),
  }),
);

async function accepted(guard: Guard, tokens: readonly string[]): Promise<readonly boolean[]> {
  const results = await Promise.all(tokens.map((token) => guard.authenticate(requestWith(token))));
  return results.map((result) => result.ok);
}

/** Plays a history; answers what was wrong, which should be nothing. */
async function play(issuer: TestIssuer, steps: readonly Step[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  issuer.ledger = new TestLedger();
  const claims = Array.from({ length: 6 }, () => issuer.claims());
  const tokens = claims.map((each) => issuer.token(each));
  const guard = await issuer.readyGuard();
  // What the guard has certainly heard, and what it may or may not have heard yet.
  const heard = new Set<number>();
  const pending = new Set<number>();
  for (const each of steps) {
    if (each.do === "retire") {
      issuer.retire(claims[each.token]?.sid ?? "");
      pending.add(each.token);
    } else if (each.do === "noise") {
      for (let count = 0; count < each.count; count++) issuer.retire(createIdentifier());
    } else if (each.do === "new ledger") {
      // What a server does: the new ledger starts after everything was read by nobody or somebody.
      await guard.refresh();
      for (const token of pending) heard.add(token);
      pending.clear();
      issuer.ledger = new TestLedger();
    } else if (each.do === "use all") {
      const answers = await accepted(guard, tokens);
      answers.forEach((isAccepted, token) => {
        if (isAccepted && heard.has(token)) wrong.push(`missed ${token}`);
        if (!isAccepted && !heard.has(token) && !pending.has(token)) wrong.push(`lost ${token}`);
      });
    } else {
      if (each.do === "poll with an error") issuer.manners.feed = "fails";
      if (each.do === "poll with a gap") {
        issuer.changeSlice = (slice) => ({ ...slice, from: Number(slice["from"]) + 1 });
      }
      await guard.refresh();
      issuer.manners.feed = "well";
      issuer.changeSlice = (slice) => slice;
      if (each.do === "poll") {
        for (const token of pending) heard.add(token);
        pending.clear();
      }
    }
  }
  await guard.refresh();
  for (const token of pending) heard.add(token);
  const answers = await accepted(guard, tokens);
  answers.forEach((isAccepted, token) => {
    if (isAccepted === heard.has(token)) wrong.push(`at the end ${token}`);
  });
  await guard.close();
  return wrong;
}

test("nothing is missed and nothing is refused by mistake", async () => {
  const issuer = await TestIssuer.start();
  issuer.sliceEntries = 3;
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        expect(await play(issuer, steps)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  } finally {
    await issuer.stop();
  }
});
