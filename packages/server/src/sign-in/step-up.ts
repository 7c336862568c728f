// Proving a factor again, or one more, in a session that lives: `auth_time` becomes now, `amr` gains
// what was proved, and an access token says so. RFC 9470 section 4; P12.

import type { Principal } from "@latchkey/protocol";
import { auditEvent } from "../audit/audit-event.ts";
import type { Actor } from "../authorization/actor.ts";
import { retryConflict } from "../authorization/retry-conflict.ts";
import type { PasswordHasher } from "../credentials/password-hash.ts";
import { normalizePassword } from "../credentials/password-policy.ts";
import type { CeremonyOptions } from "../credentials/passkeys/register-passkey.ts";
import { beginAssertion } from "../credentials/passkeys/verify-passkey.ts";
import { Refusal } from "../http/refusal.ts";
import type { Sessions } from "../sessions/session-service.ts";
import type { Database, Step } from "../storage/database.ts";
import { WriteConflict } from "../storage/write.ts";
import type { IssuedAccessToken } from "../tokens/access-token.ts";
import { readSubject, type SignInSubject } from "../tokens/subject.ts";
import { PASSWORD_AMR } from "./login.ts";
import { addFactor, hasSecondFactor } from "./required-factor.ts";
import {
  checkSecondFactor,
  type FactorContext,
  type PresentedFactor,
  type ProvedFactor,
} from "./second-factor.ts";

/** What a step-up needs. */
export interface StepUpContext extends FactorContext {
  readonly sessions: Sessions;
  readonly hasher: PasswordHasher;
}

/** What is proved again. */
export type StepUpProof =
  | { readonly password: string }
  | Exclude<PresentedFactor, { readonly recovery_code: string }>;

/** A session as a step-up needs it. */
interface LiveSession {
  readonly subject: SignInSubject;
  readonly sessionId: string;
}

/**
 * Begins a step-up with a passkey.
 *
 * @throws Refusal `rate_limited`, `passkeys_unavailable`
 */
export async function beginPasskeyStepUp(
  context: StepUpContext,
  principal: Principal,
  from: Omit<Actor, "actorId">,
): Promise<CeremonyOptions> {
  const { subject } = await loadSession(context, principal);
  const { address, now } = from;
  await context.guessing.count("ceremony", { name: subject.id, address, now });
  return beginAssertion(context, { purpose: "step_up", user: subject }, now);
}

/**
 * Proves a factor in a session.
 *
 * @throws Refusal `stronger_factor_required` for a password where there is a second factor: whoever
 * stole a session and the password must not pass for its owner
 * @throws Refusal `rate_limited`, `invalid_credentials`, `factor_refused`, `totp_reused`, and those
 * of a passkey
 */
export async function stepUp(
  context: StepUpContext,
  principal: Principal,
  proof: StepUpProof,
  from: Omit<Actor, "actorId">,
): Promise<IssuedAccessToken> {
  const { database, sessions } = context;
  const session = await loadSession(context, principal);
  const { subject, sessionId } = session;
  try {
    const proved = await checkProof(context, proof, { subject, from });
    await retryConflict(async () => {
      const steps = await sessionSteps(database, session, { proved, now: from.now });
      const outcome = await database.write([
        ...proved.steps,
        ...steps,
        auditEvent(database, {
          ...from,
          kind: "session.step_up",
          outcome: "success",
          actorId: subject.id,
          userId: subject.id,
          sessionId,
          detail: { amr: [...proved.amr] },
        }),
      ]);
      if (outcome.committed) return;
      if (outcome.failed < proved.steps.length) throw proved.refuse();
      throw new WriteConflict(outcome);
    });
    await proved.pass();
  } catch (error) {
    if (error instanceof Refusal) await auditRefusal(context, session, from, error.code);
    throw error;
  }
  return sessions.freshAccess(sessionId, from.now);
}

/**
 * The steps that write a proof into a session. They fail on their row count when the session ended
 * or gained another proof meanwhile, or when the user's credentials changed.
 *
 * @throws Refusal `session_ended`
 */
export async function sessionSteps(
  database: Database,
  session: LiveSession,
  proof: {
    readonly proved: Pick<ProvedFactor, "amr">;
    readonly now: number;
    /** Under the handle that the same write gives the user. */
    readonly handle?: string;
  },
): Promise<readonly Step[]> {
  const { sessionId, subject } = session;
  const [row] = await database.read(
    database.query
      .selectFrom("sessions")
      .select("amr")
      .where("id", "=", sessionId)
      .where("user_id", "=", subject.id)
      .where("ended_at", "is", null),
  );
  if (row === undefined) throw new Refusal("session_ended");
  // We wrote it: a JSON array of strings.
  const before = JSON.parse(row.amr) as string[];
  const isPassword = proof.proved.amr.every((method) => PASSWORD_AMR.includes(method));
  const amr = isPassword
    ? [...new Set([...before, ...proof.proved.amr])]
    : addFactor(before, proof.proved.amr);
  const query = database.query
    .updateTable("sessions")
    .set({ auth_time_at: proof.now, amr: JSON.stringify(amr) })
    .where("id", "=", sessionId)
    .where("ended_at", "is", null)
    .where("amr", "=", row.amr)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom("users")
          .select("users.id")
          .where("users.id", "=", subject.id)
          .where("users.handle", "=", proof.handle ?? subject.handle),
      ),
    );
  return [{ query, expect: 1 }];
}

async function loadSession(
  { database }: StepUpContext,
  principal: Principal,
): Promise<LiveSession> {
  const { sessionId } = principal;
  if (sessionId === null) {
    throw new Refusal("invalid_request", { detail: "This access token is of no session." });
  }
  const subject = await readSubject(database, { id: principal.subject });
  if (subject === undefined) throw new Refusal("invalid_token");
  return { subject, sessionId };
}

function checkProof(
  context: StepUpContext,
  proof: StepUpProof,
  by: { readonly subject: SignInSubject; readonly from: Omit<Actor, "actorId"> },
): Promise<ProvedFactor> {
  if ("password" in proof) return checkPassword(context, proof.password, by);
  return checkSecondFactor(context, proof, { ...by, action: "proof", purpose: "step_up" });
}

async function checkPassword(
  { guessing, hasher }: StepUpContext,
  password: string,
  by: { readonly subject: SignInSubject; readonly from: Omit<Actor, "actorId"> },
): Promise<ProvedFactor> {
  const { subject, from } = by;
  if (hasSecondFactor(subject)) throw new Refusal("stronger_factor_required");
  const attempt = { name: subject.id, address: from.address, now: from.now };
  const counted = await guessing.count("proof", attempt);
  const admission = await guessing.admit("password", { ...attempt, userId: subject.id });
  const hash = admission.isOpen ? subject.passwordHash : null;
  const isRight = await hasher
    .verify(normalizePassword(password), hash)
    .catch(async (error: unknown) => {
      await Promise.all([counted.withdraw(), admission.withdraw()]);
      throw error;
    });
  if (!isRight) throw new Refusal("invalid_credentials");
  return {
    steps: [],
    refuse: () => new Refusal("invalid_credentials"),
    amr: PASSWORD_AMR,
    isRecoveryCode: false,
    pass: async () => {
      await Promise.all([counted.pass(), admission.pass()]);
    },
  };
}

// Never holds what was typed.
async function auditRefusal(
  { database }: StepUpContext,
  { subject, sessionId }: LiveSession,
  from: Omit<Actor, "actorId">,
  reason: string,
): Promise<void> {
  await database.write([
    auditEvent(database, {
      ...from,
      kind: "session.step_up",
      outcome: "failure",
      actorId: subject.id,
      userId: subject.id,
      sessionId,
      detail: { reason },
    }),
  ]);
}
