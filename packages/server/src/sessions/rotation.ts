// What a presented refresh token comes to. A pure state machine: plain data in, plain data out,
// no clock, no store, so that a test can walk every interleaving of owners, thieves and losses.
// Design section 3; RFC 9700 section 4.14.2 (rotation and reuse detection).

/** Milliseconds after an advance in which its predecessor is still answered: W of the design. */
export const ROTATION_WINDOW = 10_000;

/** How far a presented generation may be ahead of the stored one: writes that a store can lose. */
export const FAST_FORWARD_LIMIT = 8;

/** The last generation that fits a token's four bytes. */
export const MAX_GENERATION = 0xffff_ffff;

/** Why a session ended. "reuse" is the only one that means theft. */
export type EndReason =
  | "reuse"
  | "signed_out"
  | "revoked"
  | "password_changed"
  | "password_reset"
  | "email_changed"
  | "factors_changed"
  | "user_disabled"
  | "user_deleted"
  | "administrator"
  | "restored";

/** What rotation knows of a session. Times in milliseconds, by the database's clock. */
export interface RotationState {
  readonly generation: number;
  readonly advancedAt: number;
  /** SHA-256 of the attempt key that made the last advance, in base64url; null without one. */
  readonly attemptKeyHash: string | null;
  /** The generation whose predecessor was last answered under a foreign key. */
  readonly contestedGeneration: number | null;
  /** Contested advances in a row, up to and with `contestedGeneration`. */
  readonly contestedStreak: number;
  /** Milliseconds from the last advance to the idle end. */
  readonly idleLifetime: number;
  /** Absolute end; null when there is none. */
  readonly endsAt: number | null;
  readonly endedAt: number | null;
  readonly endReason: string | null;
}

/** A refresh token whose MAC is verified, and the attempt keys that came with it. */
export interface PresentedGeneration {
  readonly generation: number;
  /** SHA-256 of the attempt key, in base64url; null when the client sent none. */
  readonly attemptKeyHash: string | null;
  /** SHA-256 of each settled attempt key that the client sent along. */
  readonly settledKeyHashes: readonly string[];
}

/**
 * What to do. `next` is the state to store; a decision without it writes nothing.
 *
 * - `advance`: answer the token of `next.generation`
 * - `repeat`: answer the token of the stored generation again; `next` only records a contest
 * - `keep`: answer an access token and no refresh token
 * - `fast_forward`: the store lost a write; store `next`, then answer like `keep`
 * - `superseded`: answer 409; nothing issued, written or revoked
 * - `reuse`: end the session
 * - `ahead`, `expired`, `ended`: refuse; nothing is written
 */
export type Decision =
  | { readonly kind: "advance"; readonly next: RotationState }
  | { readonly kind: "repeat"; readonly next: RotationState | null }
  | { readonly kind: "keep" }
  | { readonly kind: "fast_forward"; readonly next: RotationState }
  | { readonly kind: "superseded" }
  | { readonly kind: "reuse"; readonly cause: "superseded_token"; readonly next: RotationState }
  | { readonly kind: "ahead" }
  | { readonly kind: "expired" }
  | { readonly kind: "ended"; readonly isCompromised: boolean };

/**
 * Decides what a presented refresh token comes to. The first rule that matches wins.
 *
 * `now` is the database's clock in milliseconds. A session that ended or expired is judged before
 * the generation, so a late token of it is never called reuse.
 */
export function rotate(
  session: RotationState,
  presented: PresentedGeneration,
  now: number,
): Decision {
  if (session.endedAt !== null) {
    return { kind: "ended", isCompromised: session.endReason === "reuse" };
  }
  if (isExpired(session, now)) return { kind: "expired" };

  const behind = session.generation - presented.generation;
  if (behind < -FAST_FORWARD_LIMIT) return { kind: "ahead" };
  if (behind < 0) return fastForward(session, presented.generation, now);

  const isInWindow = ageOf(session, now) <= ROTATION_WINDOW;
  if (behind === 0) return isInWindow ? { kind: "keep" } : advance(session, presented, now);
  if (behind === 1 && madeTheAdvance(session, presented)) return { kind: "repeat", next: null };
  if (behind === 1 && isInWindow) return repeatInWindow(session, presented);
  if (behind === 2 && isInWindow) return { kind: "superseded" };
  return endByReuse(session, now);
}

/** Tells whether a session is past its idle or its absolute end. An ended one may be neither. */
export function isExpired(
  session: Pick<RotationState, "generation" | "advancedAt" | "idleLifetime" | "endsAt">,
  now: number,
): boolean {
  if (session.endsAt !== null && now >= session.endsAt) return true;
  return ageOf(session, now) > session.idleLifetime || session.generation >= MAX_GENERATION;
}

// A clock that was set back makes the age negative. Counting that as zero keeps the window open
// longer; counting it as old would sign honest users out.
function ageOf(session: Pick<RotationState, "advancedAt">, now: number): number {
  return Math.max(0, now - session.advancedAt);
}

function advance(session: RotationState, presented: PresentedGeneration, now: number): Decision {
  return {
    kind: "advance",
    next: {
      ...session,
      generation: session.generation + 1,
      advancedAt: now,
      attemptKeyHash: presented.attemptKeyHash,
    },
  };
}

// The client holds a token that this store never made: the store lost the write that made it. It
// is stored without a key, because the key that made it is lost too, and never rotates here, so
// that whoever holds its predecessor falls into a window instead of a reuse.
function fastForward(session: RotationState, generation: number, now: number): Decision {
  return {
    kind: "fast_forward",
    next: { ...session, generation, advancedAt: now, attemptKeyHash: null },
  };
}

// A contest is recorded, for the audit, and never ends the session: a browser whose tabs die and
// whose answers are late contests its own advances, any number in a row (docs/adr/0001).
function repeatInWindow(session: RotationState, presented: PresentedGeneration): Decision {
  const isCounted = session.contestedGeneration === session.generation;
  if (isCounted || !isForeign(session, presented)) return { kind: "repeat", next: null };
  const contestedStreak =
    session.contestedGeneration === session.generation - 1 ? session.contestedStreak + 1 : 1;
  return {
    kind: "repeat",
    next: { ...session, contestedGeneration: session.generation, contestedStreak },
  };
}

// The pending key, or one of those settled since: a late answer of an earlier request can settle the
// very key under which a later one advanced and was lost, and both are this client's own.
function madeTheAdvance(session: RotationState, presented: PresentedGeneration): boolean {
  if (session.attemptKeyHash === null) return false;
  return (
    session.attemptKeyHash === presented.attemptKeyHash ||
    presented.settledKeyHashes.includes(session.attemptKeyHash)
  );
}

// Where the advance or the request has no key there is nothing to compare: clients without keys get
// the window only, and a fast-forward has none.
function isForeign(session: RotationState, presented: PresentedGeneration): boolean {
  if (session.attemptKeyHash === null || presented.attemptKeyHash === null) return false;
  return !madeTheAdvance(session, presented);
}

function endByReuse(session: RotationState, now: number): Decision {
  return {
    kind: "reuse",
    cause: "superseded_token",
    next: { ...session, endedAt: now, endReason: "reuse" },
  };
}
