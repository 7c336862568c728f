// Every rule of the design, each with a weakening. An exploration under the weakened rule must find a
// counterexample, or show to the last world that no theorem needs the rule.

import {
  advanceInWindow,
  forgetKey,
  generationBeforeExpiry,
  keyedFastForward,
  keyInWindowOnly,
  limitedFastForward,
  negativeAgeIsOld,
  noFastForward,
  noKeyMatches,
  noRepeatInWindow,
  noSuperseded,
  noWindow,
  pendingKeyOnly,
  refuseOnly,
  repeatForever,
  repeatSuperseded,
  reuseByContest,
  rotatingFastForward,
  supersedeForever,
  undatedFastForward,
} from "./ablated-decisions.ts";
import type { Rules, Setting } from "./rules.ts";

/** A rule, and how it is weakened. */
export interface Ablation {
  /** The rule as designed. */
  readonly rule: string;
  /** What is done to it. */
  readonly weakening: string;
  readonly rules: Partial<Rules>;
  readonly setting: Partial<Setting>;
  /** Further settings, of the long form, in which a rule that no theorem needs is not missed. */
  readonly also?: readonly Partial<Setting>[];
  /** The theorem that breaks; null when none does: docs/adr/0003 says why the rule stays. */
  readonly breaks: "T1" | "T2" | null;
}

const keyless = { client: "keyless" } as const;
const one = { requests: 1, answers: 1 } as const;
const thief = { theft: "token", ...one } as const;

/** All ablations. */
export const ablations: readonly Ablation[] = [
  {
    rule: "a window after each advance",
    weakening: "no window",
    rules: { rotate: noWindow },
    setting: {},
    breaks: "T1",
  },
  {
    rule: "g inside the window keeps",
    weakening: "it advances",
    rules: { rotate: advanceInWindow },
    setting: {},
    breaks: "T1",
  },
  {
    rule: "g-1 inside the window is repeated",
    weakening: "it is reuse, unless it has the key",
    rules: { rotate: noRepeatInWindow },
    setting: keyless,
    breaks: "T1",
  },
  {
    rule: "g-1 is repeated in the window only, or by its key",
    weakening: "it is repeated without end",
    rules: { rotate: repeatForever },
    setting: thief,
    breaks: "T2",
  },
  {
    rule: "g-1 is repeated at any time by its key",
    weakening: "in the window only",
    rules: { rotate: keyInWindowOnly },
    setting: {},
    breaks: "T1",
  },
  {
    rule: "an advance remembers its key",
    weakening: "it forgets",
    rules: { rotate: forgetKey },
    setting: {},
    breaks: "T1",
  },
  {
    rule: "settled keys repeat an advance too",
    weakening: "only the pending one does",
    rules: { rotate: pendingKeyOnly },
    setting: {},
    breaks: "T1",
  },
  {
    rule: "no key matches nothing",
    weakening: "none matches an advance without one",
    rules: { rotate: noKeyMatches },
    setting: { ...thief, ...keyless },
    breaks: "T2",
  },
  {
    rule: "g-2 inside the window is superseded",
    weakening: "it is reuse",
    rules: { rotate: noSuperseded },
    setting: {},
    breaks: "T1",
  },
  {
    rule: "g-2 inside the window issues nothing",
    weakening: "it is repeated",
    rules: { rotate: repeatSuperseded },
    setting: thief,
    breaks: "T2",
  },
  {
    rule: "g-2 is superseded in the window only",
    weakening: "at any time",
    rules: { rotate: supersedeForever },
    setting: thief,
    breaks: "T2",
  },
  {
    rule: "anything older ends the session",
    weakening: "it is refused",
    rules: { rotate: refuseOnly },
    setting: thief,
    breaks: "T2",
  },
  {
    rule: "a token ahead of the store is accepted",
    weakening: "it is refused",
    rules: { rotate: noFastForward },
    setting: { rollBacks: 1 },
    breaks: "T1",
  },
  {
    rule: "a fast-forward never rotates",
    weakening: "it rotates",
    rules: { rotate: rotatingFastForward },
    setting: { rollBacks: 1 },
    breaks: "T1",
  },
  {
    rule: "a fast-forward has no key",
    weakening: "it has the key that came with it",
    rules: { rotate: keyedFastForward },
    setting: { ...one, rollBacks: 1 },
    also: [{ rollBacks: 1 }, { ...one, rollBacks: 2 }, { ...thief, rollBacks: 1 }],
    breaks: null,
  },
  {
    rule: "a fast-forward is an advance now",
    weakening: "it opens no window",
    rules: { rotate: undatedFastForward },
    setting: { rollBacks: 1 },
    breaks: "T1",
  },
  {
    rule: "a fast-forward of 8",
    weakening: "of 2",
    rules: { rotate: limitedFastForward(2) },
    setting: { rollBacks: 1, requests: 1, answers: 1 },
    breaks: "T1",
  },
  {
    rule: "a fast-forward of 8",
    weakening: "of 5",
    rules: { rotate: limitedFastForward(5) },
    setting: { rollBacks: 2, requests: 1, answers: 1 },
    breaks: "T1",
  },
  {
    rule: "a fast-forward of 8 at most",
    weakening: "of any number",
    rules: { rotate: limitedFastForward(1000) },
    setting: { ...one, rollBacks: 2 },
    also: [{ ...thief, rollBacks: 1 }],
    breaks: null,
  },
  {
    rule: "a negative age is zero",
    weakening: "it is old",
    rules: { rotate: negativeAgeIsOld },
    setting: { ...keyless, clockJumps: 1 },
    breaks: "T1",
  },
  {
    rule: "tabs share the pending key",
    weakening: "each has its own",
    rules: { pendingKeyOf: "tab" },
    setting: {},
    breaks: "T1",
  },
  {
    rule: "a pending key lasts",
    weakening: "each request has a new one",
    rules: { pendingKeyOf: "request" },
    setting: {},
    breaks: "T1",
  },
  {
    rule: "only a new refresh token settles a key",
    weakening: "any answer does",
    rules: { settledBy: "any answer" },
    setting: {},
    breaks: "T1",
  },
  {
    rule: "four settled keys travel along",
    weakening: "none does",
    rules: { settledKeys: 0 },
    setting: {},
    breaks: "T1",
  },
  {
    rule: "four settled keys travel along",
    weakening: "only the last one does",
    rules: { settledKeys: 1 },
    setting: {},
    also: [{ rollBacks: 1 }, { client: "native", rollBacks: 1 }],
    breaks: null,
  },
  {
    rule: "two cookie slots",
    weakening: "one, and a late cookie of an earlier session",
    rules: { slots: 1 },
    setting: { lateCookies: 1 },
    breaks: "T1",
  },
  {
    rule: "the highest slot counts",
    weakening: "the lowest does",
    rules: { reads: "lowest" },
    setting: {},
    breaks: "T1",
  },
  {
    rule: "a slot of a dead session is skipped",
    weakening: "it is judged first",
    rules: { reads: "dead session first" },
    setting: { lateCookies: 1 },
    breaks: "T1",
  },
  {
    rule: "sign-in writes both slots",
    weakening: "one",
    rules: { signInWrites: "one slot" },
    setting: { lateCookies: 1 },
    breaks: "T1",
  },
  {
    rule: "a native client stores a higher generation only",
    weakening: "whatever came last",
    rules: { nativeStores: "last" },
    setting: { client: "native" },
    breaks: "T1",
  },
  {
    rule: "a client without keys stores a higher generation only",
    weakening: "whatever came last",
    rules: { nativeStores: "last" },
    setting: keyless,
    breaks: "T1",
  },
  {
    rule: "a request is decided within the window's length",
    weakening: "twice that",
    rules: { requestLife: 2 },
    setting: {},
    breaks: "T1",
  },
  {
    rule: "a client stops waiting within the window's length",
    weakening: "twice that",
    rules: { answerLife: 2 },
    setting: {},
    breaks: "T1",
  },
  {
    rule: "deadline and clock difference together stay below the window",
    weakening: "the difference comes on top",
    rules: {},
    setting: { clockJumps: 1 },
    breaks: "T1",
  },
  {
    rule: "an expired session is never called reused",
    weakening: "the generation is judged first",
    rules: { rotate: generationBeforeExpiry },
    setting: { ...keyless, goesIdle: true },
    breaks: "T1",
  },
  {
    rule: "contested advances only make an audit event",
    weakening: "three in a row are reuse",
    rules: { rotate: reuseByContest },
    setting: {},
    breaks: "T1",
  },
];
