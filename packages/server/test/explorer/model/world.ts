// A world: everything that the rotation of one session depends on, as plain data. Generations are
// relative to the stored one, times are ages in ticks, keys are small numbers, so that worlds that
// behave alike are equal and the set of all worlds is finite. Design section 3.

import type { Scenario } from "../rules.ts";

/** No attempt key, or one that nothing can match any more. */
export const NO_KEY = 0;

/** The key that the thief makes itself. Honest keys have higher numbers. */
export const THIEF_KEY = 1;

/** A slot without a cookie. */
export const EMPTY = -99;

/** A slot with the token of an earlier session that is dead. */
export const FOREIGN = -98;

/** Owner or thief. */
export type Party = "owner" | "thief";

/** The session's row. */
export interface Stored {
  readonly generation: number;
  /** Ticks since the last advance by the database's clock; see `outside` and `idle`. */
  readonly age: number;
  readonly key: number;
  readonly contestedGeneration: number | null;
  readonly contestedStreak: number;
}

/** A request in the network. It can be decided any number of times until it is too old. */
export interface Request {
  readonly token: number;
  readonly key: number;
  readonly settled: readonly number[];
  readonly age: number;
  /** The pending key's place that it came from. */
  readonly place: number;
}

/** An answer in the network; `generation` is null when it carries no refresh token. */
export interface Answer {
  readonly generation: number | null;
  readonly key: number;
  readonly age: number;
  readonly place: number;
}

/** What the owner's client keeps. */
export interface Owner {
  /** A browser: the slot of the stored generation's parity, then the other. Else: one token. */
  readonly tokens: readonly number[];
  /** The highest generation that ever reached a client without keys. */
  readonly seen: number;
  readonly pending: readonly number[];
  readonly settled: readonly number[];
}

/** What the thief has. */
export interface Thief {
  readonly token: number;
  /** It also had the token before. */
  readonly hasPrevious: boolean;
  readonly keys: readonly number[];
}

/** What theorem T2 remembers of a run; see theorems.ts. */
export interface Watch {
  readonly grantedOwner: number;
  readonly grantedThief: number;
  readonly behind: Party | null;
  readonly doomed: Party | null;
  /** How often one who missed a window may still be answered under a copied key. */
  readonly allowance: number;
  /** Who was doomed when the store lost writes, and how many generations it may still catch up. */
  readonly reprieved: Party | null;
  readonly reprieve: number;
}

/** Everything. The last three members only serve readable traces. */
export interface World {
  readonly store: Stored;
  readonly hasEnded: boolean;
  /** What the store can fall back to, newest first. */
  readonly history: readonly Stored[];
  readonly owner: Owner;
  readonly requests: readonly Request[];
  readonly answers: readonly Answer[];
  readonly thief: Thief | null;
  readonly watch: Watch | null;
  readonly rollBacks: number;
  readonly clockJumps: number;
  readonly lateCookies: number;
  readonly base: number;
  readonly keyNames: readonly number[];
  readonly keysMade: number;
}

/** A thing that happened. A broken theorem ends the run. */
export interface Move {
  readonly name: string;
  readonly world: World;
  readonly broken?: string;
}

/** The age at which a window is over. */
export function outside(scenario: Scenario): number {
  return scenario.rules.windowTicks + 1;
}

/** The age at which a session is past its idle end. */
export function idle(scenario: Scenario): number {
  return scenario.rules.windowTicks + 2;
}

/** A session that has just begun. */
export function firstWorld({ rules, setting }: Scenario): World {
  const isBrowser = setting.client === "browser";
  const second = rules.signInWrites === "all slots" ? [0] : [EMPTY];
  return {
    store: {
      generation: 0,
      age: 0,
      key: NO_KEY,
      contestedGeneration: null,
      contestedStreak: 0,
    },
    hasEnded: false,
    history: [],
    owner: {
      tokens: isBrowser && rules.slots === 2 ? [0, ...second] : [0],
      seen: 0,
      pending: rules.pendingKeyOf === "tab" ? [NO_KEY, NO_KEY] : [NO_KEY],
      settled: [],
    },
    requests: [],
    answers: [],
    thief: null,
    watch: null,
    rollBacks: setting.rollBacks,
    clockJumps: setting.clockJumps,
    lateCookies: setting.lateCookies,
    base: 0,
    keyNames: [0, 0],
    keysMade: 0,
  };
}
