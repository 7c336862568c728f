// A small world around rotate(): one browser with two tabs that share a cookie jar and attempt keys,
// a network that loses, duplicates, delays and reorders, a store that forgets its last writes, and a
// thief who copies the jar once. A world is plain data; `steps` lists everything that can happen
// next. Time is two-valued, inside or outside the window of the last advance: a request is decided
// within the window's length of being sent, so time passes only when none is under way.

import {
  type Decision,
  ROTATION_WINDOW,
  rotate,
  type RotationState,
} from "../src/sessions/rotation.ts";

/** A request that was sent and is not decided. */
interface Sent {
  readonly tab: number;
  readonly token: number;
  readonly key: string;
  readonly settled: readonly string[];
}

/** An answer on its way: the generation of a new refresh token, or none. */
interface Answer {
  readonly tab: number;
  readonly generation: number | null;
  readonly key: string;
}

/** The stored session, and whether the window of its advance is over. */
interface Stored {
  readonly session: RotationState;
  readonly isOutside: boolean;
}

/** Everything. */
export interface World {
  readonly store: Stored;
  /** What the store can fall back to: its last writes, newest first. */
  readonly history: readonly Stored[];
  readonly slots: readonly [number, number];
  readonly pendingKey: string | null;
  readonly settled: readonly string[];
  readonly sent: readonly Sent[];
  readonly answers: readonly Answer[];
  readonly thief: { readonly token: number; readonly key: string } | null;
  /** Since the theft: who has not been answered in the window of the other's advance. */
  readonly behind: "owner" | "thief" | null;
  /** Who missed such a window, and must never be answered again. */
  readonly doomed: "owner" | "thief" | null;
  readonly keys: number;
  readonly rollbacks: number;
  readonly duplicates: number;
}

/** What may go wrong in an exploration. */
export interface Faults {
  readonly tabs: number;
  readonly rollbacks: number;
  readonly duplicates: number;
  readonly hasThief: boolean;
  /** The rules under test; a planted weakening replaces them. */
  readonly rotate?: typeof rotate;
  /** A new key for each attempt, instead of one that is kept until it is settled. */
  readonly forgetsKeys?: boolean;
}

/** One thing that happened. */
export interface Step {
  readonly name: string;
  readonly world: World;
  /** Set when a rule was broken. */
  readonly violation?: string;
}

const WRITES_REMEMBERED = 3;
const SETTLED_REMEMBERED = 4;

/** A session that has just begun. */
export function firstWorld(faults: Faults): World {
  return {
    store: {
      session: {
        generation: 0,
        advancedAt: 0,
        attemptKeyHash: null,
        contestedGeneration: null,
        contestedStreak: 0,
        idleLifetime: Number.MAX_SAFE_INTEGER,
        endsAt: null,
        endedAt: null,
        endReason: null,
      },
      isOutside: false,
    },
    history: [],
    slots: [0, 0],
    pendingKey: null,
    settled: [],
    sent: [],
    answers: [],
    thief: null,
    doomed: null,
    behind: null,
    keys: 0,
    rollbacks: faults.rollbacks,
    duplicates: faults.duplicates,
  };
}

/** Everything that can happen next. */
export function steps(world: World, faults: Faults): Step[] {
  return [
    ...Array.from({ length: faults.tabs }, (_, tab) => send(world, tab, faults)).flat(),
    ...world.sent.flatMap((_, index) => receive(world, index, faults)),
    ...world.answers.flatMap((_, index) => deliver(world, index)),
    ...passTime(world),
    ...rollBack(world),
    ...(faults.hasThief ? steal(world, faults) : []),
  ];
}

// A tab sends with the jar and the keys as they are now. A reload makes it forget the request that
// it waits for, so one more than there are tabs may be under way.
function send(world: World, tab: number, faults: Faults): Step[] {
  const isFull = world.sent.length + world.answers.length > faults.tabs;
  if (isFull || world.store.session.endedAt !== null) return [];
  const pendingKey = faults.forgetsKeys === true ? null : world.pendingKey;
  const key = pendingKey ?? `k${world.keys}`;
  const sent = { tab, token: Math.max(...world.slots), key, settled: world.settled };
  return [
    {
      name: `tab ${tab} sends ${sent.token}`,
      world: {
        ...world,
        pendingKey: key,
        keys: pendingKey === null ? world.keys + 1 : world.keys,
        sent: [...world.sent, sent],
      },
    },
  ];
}

function receive(world: World, index: number, faults: Faults): Step[] {
  const request = world.sent[index];
  if (request === undefined) return [];
  const rest = world.sent.filter((_, i) => i !== index);
  const lost = { name: `request of tab ${request.tab} is lost`, world: { ...world, sent: rest } };
  const decided = decide(world, request, { by: "owner", faults });
  const answer = { tab: request.tab, generation: decided.generation, key: request.key };
  const name = `request of tab ${request.tab} with ${request.token}: ${decided.kind}`;
  const arrived = {
    ...decided,
    name,
    world: { ...decided.world, sent: rest, answers: [...world.answers, answer] },
  };
  if (world.duplicates === 0) return [lost, arrived];
  const copy = { ...decided.world, sent: world.sent, duplicates: world.duplicates - 1 };
  return [lost, arrived, { ...decided, name: `${name}, duplicated`, world: copy }];
}

function deliver(world: World, index: number): Step[] {
  const answer = world.answers[index];
  if (answer === undefined) return [];
  const answers = world.answers.filter((_, i) => i !== index);
  const name = `answer ${answer.generation ?? "without token"} to tab ${answer.tab}`;
  const lost = { name: `${name} is lost`, world: { ...world, answers } };
  if (answer.generation === null) return [lost];
  const slots: [number, number] = [...world.slots];
  slots[answer.generation % 2 === 0 ? 0 : 1] = answer.generation;
  const settled = [answer.key, ...world.settled.filter((key) => key !== answer.key)];
  return [
    lost,
    { name: `${name}: cookie only`, world: { ...world, answers, slots } },
    {
      name,
      world: {
        ...world,
        answers,
        slots,
        settled: settled.slice(0, SETTLED_REMEMBERED),
        pendingKey: world.pendingKey === answer.key ? null : world.pendingKey,
      },
    },
  ];
}

function passTime(world: World): Step[] {
  if (world.store.isOutside || world.sent.length > 0 || world.answers.length > 0) return [];
  return [
    {
      name: "the window closes",
      world: {
        ...world,
        store: { ...world.store, isOutside: true },
        history: world.history.map((stored) => ({ ...stored, isOutside: true })),
        doomed: world.doomed ?? world.behind,
      },
    },
  ];
}

function rollBack(world: World): Step[] {
  if (world.rollbacks === 0) return [];
  return world.history.map((store, index) => ({
    name: `the store loses ${index + 1} writes`,
    world: {
      ...world,
      store,
      history: world.history.slice(index + 1),
      rollbacks: world.rollbacks - 1,
    },
  }));
}

// The thief copies the highest token once, and then acts without any loss, under keys of its own.
function steal(world: World, faults: Faults): Step[] {
  if (world.thief === null) {
    const thief = { token: Math.max(...world.slots), key: "thief" };
    return [{ name: `a thief copies ${thief.token}`, world: { ...world, thief } }];
  }
  if (world.store.session.endedAt !== null) return [];
  const { thief } = world;
  const request = { tab: -1, token: thief.token, key: thief.key, settled: [] };
  const decided = decide(world, request, { by: "thief", faults });
  const token = Math.max(thief.token, decided.generation ?? 0);
  return [
    {
      ...decided,
      name: `the thief presents ${thief.token}: ${decided.kind}`,
      world: { ...decided.world, thief: { ...thief, token } },
    },
  ];
}

interface Decided {
  readonly kind: Decision["kind"];
  readonly world: World;
  readonly generation: number | null;
  readonly violation?: string;
}

function decide(
  world: World,
  request: Sent,
  context: { readonly by: "owner" | "thief"; readonly faults: Faults },
): Decided {
  const { store } = world;
  const { by, faults } = context;
  const now = store.isOutside ? ROTATION_WINDOW + 1 : 0;
  const decision = (faults.rotate ?? rotate)(
    { ...store.session, advancedAt: 0 },
    { generation: request.token, attemptKeyHash: request.key, settledKeyHashes: request.settled },
    now,
  );
  const next = "next" in decision ? decision.next : null;
  const isAdvance = decision.kind === "advance" || decision.kind === "fast_forward";
  const isAnswered = isAdvance || decision.kind === "repeat" || decision.kind === "keep";
  const other = by === "owner" ? "thief" : "owner";
  // Once one of the two has advanced, the other is behind until it is answered in that window.
  const behind = isAdvance ? other : isAnswered && world.behind === by ? null : world.behind;
  const stored =
    next === null
      ? store
      : { session: { ...next, advancedAt: 0 }, isOutside: isAdvance ? false : store.isOutside };
  const generation =
    decision.kind === "advance" || decision.kind === "repeat"
      ? (next ?? store.session).generation
      : null;
  const isTheft = world.thief !== null;
  const violation = violationOf({ decision, isAnswered, by, world });
  return {
    kind: decision.kind,
    generation,
    world: {
      ...world,
      store: stored,
      history:
        next === null ? world.history : [store, ...world.history].slice(0, WRITES_REMEMBERED),
      behind: isTheft ? behind : null,
    },
    ...(violation === undefined ? {} : { violation }),
  };
}

function violationOf(input: {
  readonly decision: Decision;
  readonly isAnswered: boolean;
  readonly by: "owner" | "thief";
  readonly world: World;
}): string | undefined {
  const { decision, isAnswered, by, world } = input;
  if (world.thief === null) {
    const isHonest = decision.kind !== "reuse" && decision.kind !== "ahead";
    return isHonest ? undefined : `T1: an honest browser got ${decision.kind}`;
  }
  if (world.doomed !== by) return undefined;
  if (isAnswered) return `T2: the ${by} was answered after a window that it missed`;
  const isOver = decision.kind === "reuse" || decision.kind === "ended";
  return world.store.isOutside && !isOver ? `T2: the ${by} came back and nothing ended` : undefined;
}
