// The rules of the design, as data: what the server decides by and what an honest client does. An
// ablation (ablations.ts) is these rules with one of them changed. Design section 3.

import { rotate } from "../../src/sessions/rotation.ts";

/** Every rule that an exploration runs under. Times in ticks; a tick is a part of the window. */
export interface Rules {
  /** The server's decision: the real one, unless an ablation wraps it. */
  readonly rotate: typeof rotate;
  /** W: the last age at which the window is open. */
  readonly windowTicks: number;
  /** The last age, since it was sent, at which a request can still be decided. */
  readonly requestLife: number;
  /** The last age, since its request was sent, at which an answer can still arrive. */
  readonly answerLife: number;
  /** Whose the pending attempt key is: all tabs', each tab's own, or new for each request. */
  readonly pendingKeyOf: "store" | "tab" | "request";
  /** What settles the pending key: an answer with a new refresh token, or any answer at all. */
  readonly settledBy: "new token" | "any answer";
  /** How many settled keys are remembered and sent along. */
  readonly settledKeys: number;
  /** Cookie slots of a browser. */
  readonly slots: 1 | 2;
  /** Which slot counts: the highest of a living session, the lowest of it, or any session's. */
  readonly reads: "highest" | "lowest" | "dead session first";
  /** Whether a sign-in writes every slot, or only that of its generation. */
  readonly signInWrites: "all slots" | "one slot";
  /** What a native client stores: a higher generation only, or whatever came last. */
  readonly nativeStores: "higher" | "last";
}

/** The rules as designed, with a window of one tick and requests that live exactly as long. */
export const designRules: Rules = {
  rotate,
  windowTicks: 1,
  requestLife: 1,
  answerLife: 1,
  pendingKeyOf: "store",
  settledBy: "new token",
  settledKeys: 4,
  slots: 2,
  reads: "highest",
  signInWrites: "all slots",
  nativeStores: "higher",
};

/** What may happen in an exploration. */
export interface Setting {
  readonly client: "browser" | "native" | "keyless";
  /** Requests of the owner under way at once. */
  readonly requests: number;
  /** Answers under way at once. */
  readonly answers: number;
  /** How often the store forgets, and at most how many writes each time. */
  readonly rollBacks: number;
  readonly writesLost: number;
  /** How often the database's clock jumps by one tick, in either direction. */
  readonly clockJumps: number;
  /** How many late cookies of an earlier, dead session arrive. */
  readonly lateCookies: number;
  /** Whether the session may lie unused past its idle end. */
  readonly goesIdle: boolean;
  /** What a thief copies, once. */
  readonly theft: "none" | "token" | "token and keys";
  /** Whether the thief presents keys of its own, or leaves the header out. */
  readonly thiefKeys: "own" | "none" | "either";
}

/** Rules and setting together: all that an exploration depends on. */
export interface Scenario {
  readonly rules: Rules;
  readonly setting: Setting;
}
