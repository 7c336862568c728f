// One attempt to renew: what the decision answers, and the write that it needs. Apart from renew.ts,
// which finds the token to judge and tries again after a lost race.

import type { RefreshKey } from "../keys/refresh-key.ts";
import type { Transport } from "@latchkey/protocol";
import { Refusal } from "../http/refusal.ts";
import { WriteConflict } from "../storage/write.ts";
import type { IssuedAccessToken } from "../tokens/access-token.ts";
import type { AttemptKeys } from "./attempt-key.ts";
import type { SessionSnapshot } from "./read-sessions.ts";
import { issueRefreshToken } from "./refresh-token.ts";
import { type Decision, type RotationState, rotate } from "./rotation.ts";
import { type RotationWriteDeps, rotationSteps } from "./rotation-write.ts";
import type { PresentedToken } from "./select-presented.ts";

/** A refresh token to hand out; `maxAge` is in seconds, null when it goes with the browser. */
export interface IssuedRefreshToken {
  readonly token: string;
  readonly generation: number;
  readonly maxAge: number | null;
}

/** What a renewal answers. `refresh` is null when the client keeps the token that it has. */
export interface Renewal {
  readonly sessionId: string;
  readonly transport: Transport;
  readonly access: IssuedAccessToken;
  readonly refresh: IssuedRefreshToken | null;
}

/** The refresh keys: k1 and k2 of each id. */
export interface RefreshKeys {
  currentRefreshKey(): RefreshKey;
  refreshKey(id: number): RefreshKey | undefined;
}

/** A session that ended by reuse, as it was, and who presented the token that ended it. */
export interface Reuse {
  readonly snapshot: SessionSnapshot;
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** Hears of a reuse, after it is committed. */
export type ReuseListener = (reuse: Reuse) => void;

/** What renewing needs. */
export interface RenewalDeps extends RotationWriteDeps {
  readonly keyRing: RefreshKeys;
  readonly onReuse?: ReuseListener | undefined;
  /**
   * Issues an access token that does not outlive the session.
   *
   * @throws Refusal `session_expired` when the session is at its end
   */
  issueAccessToken(snapshot: SessionSnapshot, now: number): IssuedAccessToken;
}

/** One attempt. */
export interface RenewalAttempt {
  readonly presented: PresentedToken;
  readonly attemptKeys: AttemptKeys;
  readonly address: string | null;
  readonly userAgent: string | null;
  /** Milliseconds. */
  readonly now: number;
  /** Milliseconds in which the write may still happen. */
  readonly remaining: number;
}

type Granted = Extract<Decision, { kind: "advance" | "repeat" | "keep" | "fast_forward" }>;

/** Decides and writes. "lost_race" means: read again and decide again. */
export async function attemptRenewal(
  deps: RenewalDeps,
  attempt: RenewalAttempt,
): Promise<Renewal | "lost_race"> {
  const { presented, now } = attempt;
  const { session, subject, databaseNow } = presented.snapshot;
  if (session.rotation.endedAt === null && subject.disabledAt !== null) {
    throw new Refusal("session_ended");
  }
  const decision = rotate(
    session.rotation,
    { generation: presented.generation, ...attempt.attemptKeys },
    databaseNow,
  );
  if (decision.kind === "reuse") {
    if (!(await store(deps, attempt, decision))) return "lost_race";
    const { address, userAgent } = attempt;
    deps.onReuse?.({ snapshot: presented.snapshot, address, userAgent });
    throw new Refusal("session_compromised");
  }
  const granted = requireGranted(decision);
  // Made before the write: a token that cannot be issued must not cost the client its generation.
  const access = deps.issueAccessToken(presented.snapshot, now);
  const refresh = refreshTokenOf(deps, presented.snapshot, granted);
  if (!(await store(deps, attempt, granted))) return "lost_race";
  return { sessionId: session.id, transport: session.transport, access, refresh };
}

function requireGranted(decision: Exclude<Decision, { kind: "reuse" }>): Granted {
  switch (decision.kind) {
    case "ended":
      throw new Refusal(decision.isCompromised ? "session_compromised" : "session_ended");
    case "expired":
      throw new Refusal("session_expired");
    case "superseded":
      throw new Refusal("refresh_superseded");
    case "ahead":
      throw new Refusal("refresh_token_invalid");
    default:
      return decision;
  }
}

function refreshTokenOf(
  deps: RenewalDeps,
  snapshot: SessionSnapshot,
  decision: Granted,
): IssuedRefreshToken | null {
  const { session } = snapshot;
  if (decision.kind === "advance") {
    const key = deps.keyRing.currentRefreshKey();
    return issueFor(snapshot, { key, rotation: decision.next });
  }
  if (decision.kind !== "repeat") return null;
  const key = deps.keyRing.refreshKey(session.refreshKeyId);
  if (key === undefined) throw new Error(`refresh key ${session.refreshKeyId} is missing`);
  return issueFor(snapshot, { key, rotation: session.rotation });
}

/** Makes the refresh token of a session's state, with the seconds that it can live. */
export function issueFor(
  snapshot: Pick<SessionSnapshot, "session" | "databaseNow">,
  by: { readonly key: RefreshKey; readonly rotation: RotationState },
): IssuedRefreshToken {
  const { session, databaseNow } = snapshot;
  const { generation, advancedAt, idleLifetime, endsAt } = by.rotation;
  const idleEnd = advancedAt + idleLifetime;
  const end = endsAt === null ? idleEnd : Math.min(idleEnd, endsAt);
  return {
    token: issueRefreshToken({
      key: by.key,
      sessionId: session.id,
      nonce: session.nonce,
      generation,
    }),
    generation,
    // Zero would clear the cookie that the answer is about to set.
    maxAge: session.isRemembered ? Math.max(1, Math.floor((end - databaseNow) / 1000)) : null,
  };
}

async function store(
  deps: RenewalDeps,
  attempt: RenewalAttempt,
  decision: Decision,
): Promise<boolean> {
  const { presented } = attempt;
  const steps = rotationSteps(deps, {
    snapshot: presented.snapshot,
    decision,
    presentedGeneration: presented.generation,
    refreshKeyId:
      decision.kind === "advance" ? deps.keyRing.currentRefreshKey().id : presented.keyId,
    address: attempt.address,
    userAgent: attempt.userAgent,
    notAfter: Math.floor(presented.snapshot.databaseNow + attempt.remaining),
  });
  if (steps.length === 0) return true;
  const outcome = await deps.database.write(steps);
  if (outcome.committed) return true;
  // The first step is the compare-and-set; any other that fails is a defect of ours.
  if (outcome.failed === 0 && outcome.reason === "row-count") return false;
  throw new WriteConflict(outcome);
}
