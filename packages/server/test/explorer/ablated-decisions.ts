// The server's decision with one rule removed or weakened, made from the real one. Design section 3.

import {
  type Decision,
  FAST_FORWARD_LIMIT,
  type PresentedGeneration,
  ROTATION_WINDOW,
  type RotationState,
  rotate,
} from "../../src/sessions/rotation.ts";

type Rotate = typeof rotate;

const isInside = (session: RotationState, now: number): boolean =>
  now - session.advancedAt <= ROTATION_WINDOW;

/** One kind of decision is replaced, where `applies` holds. */
function replaced(
  kind: Decision["kind"],
  by: (session: RotationState, presented: PresentedGeneration, now: number) => Decision,
  applies: (session: RotationState, presented: PresentedGeneration, now: number) => boolean = () =>
    true,
): Rotate {
  return (session, presented, now) => {
    const decision = rotate(session, presented, now);
    const isReplaced = decision.kind === kind && applies(session, presented, now);
    return isReplaced ? by(session, presented, now) : decision;
  };
}

const end = (session: RotationState, _presented: PresentedGeneration, now: number): Decision => ({
  kind: "reuse",
  cause: "superseded_token",
  next: { ...session, endedAt: now, endReason: "reuse" },
});

const advance = (
  session: RotationState,
  presented: PresentedGeneration,
  now: number,
): Decision => ({
  kind: "advance",
  next: {
    ...session,
    generation: presented.generation + 1,
    advancedAt: now,
    attemptKeyHash: presented.attemptKeyHash,
  },
});

const supersede = (): Decision => ({ kind: "superseded" });
const repeat = (): Decision => ({ kind: "repeat", next: null });

const behindBy =
  (count: number) =>
  (session: RotationState, presented: PresentedGeneration): boolean =>
    session.generation - presented.generation === count;

const fastForward =
  (change: (session: RotationState, presented: PresentedGeneration) => Partial<RotationState>) =>
  (session: RotationState, presented: PresentedGeneration, now: number): Decision => ({
    kind: "fast_forward",
    next: {
      ...session,
      generation: presented.generation,
      advancedAt: now,
      attemptKeyHash: null,
      ...change(session, presented),
    },
  });

/** The window is never open. */
export const noWindow: Rotate = (session, presented, now) => {
  const late = Math.max(now, session.advancedAt + ROTATION_WINDOW + 1);
  const decision = rotate(session, presented, late);
  if (!("next" in decision) || decision.next === null) return decision;
  const isDated = decision.next.advancedAt === late;
  const next = isDated ? { ...decision.next, advancedAt: now } : decision.next;
  return { ...decision, next };
};

/** The stored generation advances inside the window too. */
export const advanceInWindow = replaced("keep", advance);

/** The predecessor is reuse inside the window, unless it comes with the key of the advance. */
export const noRepeatInWindow = replaced(
  "repeat",
  end,
  (session, presented) =>
    session.attemptKeyHash === null ||
    ![presented.attemptKeyHash, ...presented.settledKeyHashes].includes(session.attemptKeyHash),
);

/** The key of the advance counts in the window only. */
export const keyInWindowOnly = replaced(
  "repeat",
  end,
  (session, _presented, now) => !isInside(session, now),
);

/** Only the pending key repeats an advance. */
export const pendingKeyOnly: Rotate = (session, presented, now) =>
  rotate(session, { ...presented, settledKeyHashes: [] }, now);

/** An advance does not remember its key. */
export const forgetKey: Rotate = (session, presented, now) =>
  rotate(session, { ...presented, attemptKeyHash: null }, now);

/** The predecessor is repeated without end, whatever its key. */
export const repeatForever = replaced("reuse", repeat, behindBy(1));

/** Having no key counts as the key of an advance without one. */
export const noKeyMatches = replaced(
  "reuse",
  repeat,
  (session, presented) =>
    behindBy(1)(session, presented) &&
    session.attemptKeyHash === null &&
    presented.attemptKeyHash === null,
);

/** The last but one is reuse inside the window. */
export const noSuperseded = replaced("superseded", end);

/** The last but one is answered inside the window. */
export const repeatSuperseded = replaced("superseded", repeat);

/** The last but one is superseded at any time. */
export const supersedeForever = replaced("reuse", supersede, behindBy(2));

/** Older tokens are refused, and the session goes on. */
export const refuseOnly = replaced("reuse", supersede);

/** A token ahead of the store is refused. */
export const noFastForward = replaced("fast_forward", () => ({ kind: "ahead" }));

/** A token ahead of the store rotates at once. */
export const rotatingFastForward = replaced("fast_forward", advance);

/** A fast-forward keeps the key that came with it. */
export const keyedFastForward = replaced(
  "fast_forward",
  fastForward((_session, { attemptKeyHash }) => ({ attemptKeyHash })),
);

/** A fast-forward opens no window. */
export const undatedFastForward = replaced(
  "fast_forward",
  fastForward(({ advancedAt }) => ({ advancedAt })),
);

/** Another limit of a fast-forward. */
export function limitedFastForward(limit: number): Rotate {
  return (session, presented, now) => {
    const ahead = presented.generation - session.generation;
    const decision = rotate(session, presented, now);
    if (decision.kind === "fast_forward" && ahead > limit) return { kind: "ahead" };
    const isPermitted = decision.kind === "ahead" && ahead > FAST_FORWARD_LIMIT && ahead <= limit;
    return isPermitted ? fastForward(() => ({}))(session, presented, now) : decision;
  };
}

/** A clock that was set back makes the last advance old. */
export const negativeAgeIsOld: Rotate = (session, presented, now) =>
  now < session.advancedAt ? noWindow(session, presented, now) : rotate(session, presented, now);

/** The generation is judged before the end of the session. */
export const generationBeforeExpiry = replaced("expired", (session, presented, now) =>
  rotate({ ...session, idleLifetime: Number.MAX_SAFE_INTEGER }, presented, now),
);

const CONTEST_LIMIT = 3;

/** The third contested advance in a row is reuse. */
export const reuseByContest: Rotate = (session, presented, now) => {
  const decision = rotate(session, presented, now);
  const isThird =
    decision.kind === "repeat" && (decision.next?.contestedStreak ?? 0) >= CONTEST_LIMIT;
  return isThird ? end(session, presented, now) : decision;
};
