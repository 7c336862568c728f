// The first theorem of rotation, judged on every move and every world of an exploration; the second
// is in theft-watch.ts.
//
// T1. Without a thief no session ends, and no honest client is left without a way forward.
//   - No request of the owner is answered with reuse, "ahead" or "ended"; "expired" only past the
//     idle end. No honest client is left without a token.
//   - From every world, when the network falls silent, the owner's next requests are granted and the
//     session advances again (`wayForward`).
//   - A client without keys has the window only: of it, T1 supposes that an answer with a new token
//     reaches it, and that none of its requests with the old one is left, when the window closes.

import { prepare } from "./model/owner.ts";
import { aged, decide, type Presented } from "./model/server.ts";
import { EMPTY, FOREIGN, idle, outside, type World } from "./model/world.ts";
import type { Scenario } from "./rules.ts";
import { isGrantedKind, type Judged, type Judgement, judgeTheft } from "./theft-watch.ts";

/** Judges a request of the owner: T1 while there is no thief, T2 afterwards. */
export function judgeOwner(world: World, presented: Presented, context: Judgement): Judged {
  if (world.watch !== null) return judgeTheft(world, presented, { ...context, by: "owner" });
  const { kind } = context.decided;
  const next = context.decided.world;
  if (presented.token === EMPTY) return { world: next, broken: "T1: the owner has no token left" };
  if (presented.token === FOREIGN) {
    return { world: next, broken: "T1: the owner is judged by a token of a dead session" };
  }
  const isExpected = kind === "expired" && world.store.age >= idle(context.scenario);
  const isBad = kind === "reuse" || kind === "ahead" || kind === "ended" || kind === "expired";
  if (isBad && !isExpected) return { world: next, broken: `T1: the owner is answered ${kind}` };
  return { world: next };
}

const PRESENTATIONS_TO_ADVANCE = 4;

/** T1's second half: silence in the network, and the owner goes on. Undefined when it does. */
export function wayForward(world: World, scenario: Scenario): string | undefined {
  if (world.watch !== null || world.hasEnded || world.store.age >= idle(scenario)) return undefined;
  let now: World = { ...world, requests: [], answers: [] };
  for (let count = 0; count < PRESENTATIONS_TO_ADVANCE; count += 1) {
    now = isWaiting(now, scenario) ? now : { ...now, store: late(now, scenario) };
    const { request, world: sent } = prepare(now, scenario, 0);
    if (request.token === EMPTY || request.token === FOREIGN) return "T1: no living token is left";
    const decided = decide(sent, request, scenario);
    if (decided.kind === "advance") return undefined;
    if (!isGrantedKind(decided.kind)) return `T1: no way forward, the owner gets ${decided.kind}`;
    const { generation } = decided;
    now = decided.world;
    if (generation !== null) {
      const tokens = now.owner.tokens.map(() => generation);
      now = { ...now, owner: { ...now.owner, tokens, seen: generation } };
    }
  }
  return "T1: the owner never advances again";
}

// A client without keys retries inside the window.
function isWaiting(world: World, scenario: Scenario): boolean {
  return scenario.setting.client === "keyless" && world.owner.seen < world.store.generation;
}

function late(world: World, scenario: Scenario): World["store"] {
  return { ...aged(world.store, 0, scenario), age: outside(scenario) };
}
