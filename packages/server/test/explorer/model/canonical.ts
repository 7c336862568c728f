// The canonical form of a world. Worlds that differ only in how far the session has come, in the
// names of keys, in keys that nothing can match any more or in the order of messages are one.

import type { Scenario } from "../rules.ts";
import {
  type Answer,
  EMPTY,
  FOREIGN,
  NO_KEY,
  type Request,
  type Stored,
  THIEF_KEY,
  type World,
} from "./world.ts";

const FIRST_HONEST_KEY = 2;

// The real decision only records a streak; an ablation decides by its third.
const STREAK_CAP = 3;

/** Brings a world into its canonical form. */
export function canonical(world: World, scenario: Scenario): World {
  return sorted(renamed(shifted(world, scenario)));
}

// Below this a token is superseded whatever happens: the store cannot fall back far enough.
function floorOf(world: World): number {
  let lowest = world.store.generation;
  for (const stored of world.history) lowest = Math.min(lowest, stored.generation);
  return lowest - world.store.generation - 4;
}

function shifted(world: World, scenario: Scenario): World {
  const by = world.store.generation;
  const floor = floorOf(world);
  const token = (generation: number): number =>
    generation === EMPTY || generation === FOREIGN ? generation : Math.max(floor, generation - by);
  const stored = (row: Stored): Stored => {
    const isContested =
      row.contestedGeneration !== null && row.contestedGeneration >= row.generation - 1;
    return {
      ...row,
      generation: row.generation - by,
      contestedGeneration: isContested ? (row.contestedGeneration ?? 0) - by : null,
      contestedStreak: isContested ? Math.min(row.contestedStreak, STREAK_CAP) : 0,
    };
  };
  const { owner, thief, watch } = world;
  const tokens = owner.tokens.map(token);
  if (by % 2 !== 0 && tokens.length === 2) tokens.reverse();
  return {
    ...world,
    base: world.base + by,
    store: stored(world.store),
    history: world.history.map(stored),
    owner: {
      ...owner,
      tokens,
      seen: scenario.setting.client === "keyless" ? token(owner.seen) : 0,
    },
    requests: world.requests.map((request) => ({ ...request, token: token(request.token) })),
    answers: world.answers.map((answer) => ({
      ...answer,
      generation: answer.generation === null ? null : token(answer.generation),
    })),
    thief: thief === null ? null : { ...thief, token: token(thief.token) },
    watch:
      watch === null
        ? null
        : {
            ...watch,
            grantedOwner: token(watch.grantedOwner),
            grantedThief: token(watch.grantedThief),
          },
  };
}

// A key lives while it is stored, pending, in a request, or known to both owner and thief, since only
// then an advance can be made or was made under it. Dead keys become NO_KEY; they hold their place in
// a list of settled keys.
function renamed(world: World): World {
  const { store, history, owner, requests, thief } = world;
  const names = new Map<number, number>();
  const keyNames = [0, 0];
  const give = (key: number): void => {
    if (key < FIRST_HONEST_KEY || names.has(key)) return;
    names.set(key, FIRST_HONEST_KEY + names.size);
    keyNames.push(world.keyNames[key] ?? 0);
  };
  give(store.key);
  for (const row of history) give(row.key);
  owner.pending.forEach(give);
  for (const request of requests) give(request.key);
  for (const key of thief?.keys ?? []) {
    const isKnown = ({ settled }: { readonly settled: readonly number[] }) => settled.includes(key);
    if (isKnown(owner) || requests.some(isKnown)) give(key);
  }
  const name = (key: number): number => (key === THIEF_KEY ? key : (names.get(key) ?? NO_KEY));
  const settled = (keys: readonly number[]): number[] => {
    const list = keys.map(name);
    while (list.length > 0 && list.at(-1) === NO_KEY) list.pop();
    return list;
  };
  return {
    ...world,
    store: { ...store, key: name(store.key) },
    history: history.map((row) => ({ ...row, key: name(row.key) })),
    owner: { ...owner, pending: owner.pending.map(name), settled: settled(owner.settled) },
    requests: requests.map((request) => ({
      ...request,
      key: name(request.key),
      settled: settled(request.settled),
    })),
    // An answer's key only tells whether it settles the pending one.
    answers: world.answers.map((answer) => ({
      ...answer,
      key: owner.pending[answer.place] === answer.key ? name(answer.key) : NO_KEY,
    })),
    thief:
      thief === null
        ? null
        : { ...thief, keys: [...new Set(thief.keys.map(name))].filter((key) => key !== NO_KEY) },
    keyNames,
  };
}

function sorted(world: World): World {
  const { thief } = world;
  return {
    ...world,
    requests: ordered(world.requests, requestText),
    answers: ordered(world.answers, answerText),
    thief:
      thief === null || thief.keys.length < 2
        ? thief
        : { ...thief, keys: thief.keys.toSorted((a, b) => a - b) },
  };
}

// Messages are a set: the network may deliver one any number of times, so a second copy adds nothing.
function ordered<Message>(
  messages: readonly Message[],
  textOf: (message: Message) => string,
): readonly Message[] {
  if (messages.length < 2) return messages;
  const byText = new Map(messages.map((message) => [textOf(message), message]));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, message]) => message);
}

// Small numbers, negative ones included, become characters.
const OFFSET = 128;
const NOTHING = 100;

function requestText({ token, key, settled, age, place }: Request): string {
  return String.fromCharCode(token + OFFSET, key, age, place, ...settled);
}

function answerText({ generation, key, age, place }: Answer): string {
  return String.fromCharCode((generation ?? NOTHING) + OFFSET, key, age, place);
}
