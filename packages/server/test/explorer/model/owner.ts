// The honest owner: a browser whose tabs share two cookie slots and one pending attempt key, a native
// client with keys, or a native client without. A tab may die, so a cookie can arrive where nobody
// settles the key. It sends whenever it likes.

import type { Scenario } from "../rules.ts";
import {
  type Answer,
  EMPTY,
  FOREIGN,
  type Move,
  NO_KEY,
  type Request,
  type World,
} from "./world.ts";

/** The token that the server would judge; EMPTY when no slot has any. */
export function selectToken(world: World, scenario: Scenario): number {
  const { reads } = scenario.rules;
  const { tokens } = world.owner;
  if (reads === "dead session first" && tokens.includes(FOREIGN)) return FOREIGN;
  const living = tokens.filter((token) => token !== EMPTY && token !== FOREIGN);
  if (living.length === 0) return tokens.includes(FOREIGN) ? FOREIGN : EMPTY;
  return reads === "lowest" ? Math.min(...living) : Math.max(...living);
}

/** The requests that the owner may send now: one, or one for each tab that has keys of its own. */
export function send(world: World, scenario: Scenario): readonly Move[] {
  return world.owner.pending.flatMap((_, place) => {
    const prepared = prepare(world, scenario, place);
    const { request } = prepared;
    const { requests } = world;
    const isKnown = requests.some((other) => isSame(other, request));
    if (isKnown) return [];
    const tab = world.owner.pending.length > 1 ? ` from tab ${place}` : "";
    const name = `the owner sends ${tokenName(world, request.token)}${keyName(prepared.world, request.key)}${tab}`;
    if (requests.length < scenario.setting.requests) {
      return [{ name, world: { ...prepared.world, requests: [...requests, request] } }];
    }
    return requests.map((lost, index) => ({
      name: `${name}; the request with ${tokenName(world, lost.token)} is lost`,
      world: {
        ...prepared.world,
        requests: [...requests.filter((_request, at) => at !== index), request],
      },
    }));
  });
}

/** A request as the owner would send it now, and the owner who has made a key for it. */
export function prepare(
  world: World,
  scenario: Scenario,
  place: number,
): { readonly request: Request; readonly world: World } {
  const { rules, setting } = scenario;
  const token = selectToken(world, scenario);
  if (setting.client === "keyless") {
    return { request: { token, key: NO_KEY, settled: [], age: 0, place }, world };
  }
  const known = world.owner.pending[place] ?? NO_KEY;
  const isNew = known === NO_KEY || rules.pendingKeyOf === "request";
  const key = isNew ? world.keyNames.length : known;
  const keysMade = isNew ? world.keysMade + 1 : world.keysMade;
  const request = { token, key, settled: world.owner.settled, age: 0, place };
  if (!isNew) return { request, world };
  const pending = world.owner.pending.map((other, at) => (at === place ? key : other));
  const keyNames = [...world.keyNames, keysMade];
  return { request, world: { ...world, owner: { ...world.owner, pending }, keyNames, keysMade } };
}

function isSame(one: Request, other: Request): boolean {
  return (
    one.token === other.token &&
    one.key === other.key &&
    one.age === other.age &&
    one.place === other.place &&
    one.settled.length === other.settled.length &&
    one.settled.every((key, index) => key === other.settled[index])
  );
}

/** What an answer does: the token is kept; then, unless the tab died, the key is settled. */
export function deliver(world: World, answer: Answer, scenario: Scenario): readonly Move[] {
  const stored = { ...world, owner: storeToken(world, answer, scenario) };
  const settled = settle(stored, answer, scenario);
  const text = answer.generation === null ? "an empty answer" : tokenName(world, answer.generation);
  const moves: Move[] = [];
  if (settled !== stored) moves.push({ name: `the owner receives ${text}`, world: settled });
  // The bound for copied keys supposes that an answer settles its key.
  const mayDie = world.thief === null || world.thief.keys.length === 0 || settled === stored;
  if (answer.generation !== null && mayDie) {
    moves.push({ name: `the owner receives ${text}, its tab dies`, world: stored });
  }
  return moves;
}

function storeToken(world: World, answer: Answer, { rules, setting }: Scenario): World["owner"] {
  const { owner } = world;
  const { generation } = answer;
  if (generation === null) return owner;
  const seen = Math.max(owner.seen, generation);
  const [first = EMPTY, second] = owner.tokens;
  if (second !== undefined) {
    const isFirst = (generation - world.store.generation) % 2 === 0;
    return { ...owner, seen, tokens: isFirst ? [generation, second] : [first, generation] };
  }
  const isKept =
    setting.client !== "browser" && rules.nativeStores === "higher" && generation <= first;
  return { ...owner, seen, tokens: [isKept ? first : generation] };
}

function settle(world: World, answer: Answer, { rules }: Scenario): World {
  const { owner } = world;
  const settles = answer.generation !== null || rules.settledBy === "any answer";
  const pending = owner.pending[answer.place] ?? NO_KEY;
  if (!settles || pending === NO_KEY || pending !== answer.key) return world;
  return {
    ...world,
    owner: {
      ...owner,
      pending: owner.pending.map((key, at) => (at === answer.place ? NO_KEY : key)),
      settled: [pending, ...owner.settled].slice(0, rules.settledKeys),
    },
  };
}

/** A late cookie of an earlier, dead session overwrites a slot; it was sent before this sign-in. */
export function overwrite(world: World, { setting }: Scenario): readonly Move[] {
  if (world.lateCookies === 0 || setting.client !== "browser") return [];
  return world.owner.tokens.map((lost, slot) => ({
    name: `a late cookie of a dead session overwrites ${tokenName(world, lost)}`,
    world: {
      ...world,
      lateCookies: world.lateCookies - 1,
      owner: {
        ...world.owner,
        tokens: world.owner.tokens.map((token, at) => (at === slot ? FOREIGN : token)),
      },
    },
  }));
}

/** A token's name in a trace. */
export function tokenName(world: World, token: number): string {
  if (token === EMPTY) return "nothing";
  return token === FOREIGN ? "a dead session's token" : `token ${world.base + token}`;
}

/** A key's name in a trace. */
export function keyName(world: World, key: number): string {
  return key === NO_KEY ? "" : ` under key ${world.keyNames[key] ?? key}`;
}
