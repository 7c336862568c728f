// Adding and removing one's own factors. Each change is one write: the factor, the user's new handle,
// the end of all other sessions, the audit event. The owner is told by mail. Design section 4; N8.

import type { JsonObject } from "@latchkey/jose";
import { auditEvent } from "../../audit/audit-event.ts";
import type { Retire } from "../../authorization/change-roles.ts";
import {
  removeRecoveryCodes,
  replaceRecoveryCodes,
} from "../../credentials/recovery-codes/stored-recovery-codes.ts";
import {
  addPasskey,
  type Passkey,
  readPasskeys,
  removePasskey,
} from "../../credentials/passkeys/stored-passkeys.ts";
import {
  confirmSeedSteps,
  createSeed,
  PENDING_SEED_LIFE,
  readSeed,
  removeSeeds,
  spendTotp,
  type TotpContext,
} from "../../credentials/totp/stored-totp.ts";
import { renderEnrolment, type TotpEnrolment } from "../../credentials/totp/totp-enrolment.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Post } from "../../mail/post.ts";
import type { MailFactor } from "../../mail/templates/mail-facts.ts";
import type { AccessMembers } from "../../sessions/answer.ts";
import type { Sessions } from "../../sessions/session-service.ts";
import { isFactorDemanded } from "../../sign-in/required-factor.ts";
import { sessionSteps } from "../../sign-in/step-up.ts";
import type { Step } from "../../storage/database.ts";
import { WriteConflict, writeAll } from "../../storage/write.ts";
import type { SignInSubject } from "../../tokens/subject.ts";
import type { Caller } from "../caller.ts";
import { credentialChangeSteps, freshAccess } from "../credential-change.ts";

/** What changes of factors need. */
export interface ChangeFactorsContext extends TotpContext {
  readonly sessions: Sessions;
  readonly retire: Retire;
  readonly post: Post;
  readonly issuer: string;
}

/** Whose factors change, and the session that stays. */
export interface FactorOwner {
  readonly subject: SignInSubject;
  readonly sessionId: string;
}

/** The answer of a change. */
export interface ChangedFactors extends AccessMembers {
  /** Those that were made with the change; shown once. */
  readonly recovery_codes?: readonly string[];
}

/** Makes a secret for an authenticator app. It is no factor before its first code. */
export async function beginTotp(
  context: ChangeFactorsContext,
  { subject }: FactorOwner,
  now: number,
): Promise<TotpEnrolment> {
  const { seed, steps } = createSeed(context, subject.id, now);
  await writeAll(context.database, steps);
  return renderEnrolment(seed, { issuer: context.issuer, account: subject.email });
}

/**
 * Puts a new authenticator app in use, in the place of any other.
 *
 * @throws Refusal `totp_not_pending`, `factor_refused`
 */
export async function confirmTotp(
  context: ChangeFactorsContext,
  owner: FactorOwner,
  code: string,
  from: Caller,
): Promise<ChangedFactors> {
  const { database } = context;
  const { id } = owner.subject;
  const seed = await readSeed(context, id, true);
  if (seed === undefined || seed.createdAt + PENDING_SEED_LIFE <= from.now) {
    throw new Refusal("totp_not_pending");
  }
  return change(context, owner, from, {
    kind: "factor.added",
    factor: "totp",
    steps: [
      spendTotp(database, seed, { code, now: from.now }),
      ...confirmSeedSteps(database, id, from.now),
    ],
    refuse: () => new Refusal("totp_not_pending"),
    proves: ["otp"],
  });
}

/**
 * Removes the authenticator app.
 *
 * @throws Refusal `not_found`, `factor_required`
 */
export async function removeTotp(
  context: ChangeFactorsContext,
  owner: FactorOwner,
  from: Caller,
): Promise<ChangedFactors> {
  const { subject } = owner;
  if (!subject.factors.hasTotp) throw new Refusal("not_found");
  const isLast = !subject.factors.hasPasskey;
  if (isLast) await requireDispensable(context, subject);
  return change(context, owner, from, {
    kind: "factor.removed",
    factor: "totp",
    steps: [
      removeSeeds(context.database, subject.id),
      ...lastFactorSteps(context, subject.id, isLast),
    ],
    refuse: () => new Refusal("not_found"),
  });
}

/** Adds a passkey that was checked. @throws Refusal `passkey_exists` */
export async function savePasskey(
  context: ChangeFactorsContext,
  owner: FactorOwner,
  checked: Omit<Passkey, "id" | "lastUsedAt">,
  from: Caller,
): Promise<{ readonly passkey: Passkey; readonly changed: ChangedFactors }> {
  const { passkey, step } = addPasskey(context.database, checked);
  const changed = await change(context, owner, from, {
    kind: "factor.added",
    factor: "passkey",
    steps: [step],
    refuse: () => new Refusal("passkey_exists"),
    proves: [checked.isSynced ? "swk" : "hwk", "user"],
    detail: { passkey: passkey.id },
  });
  return { passkey, changed };
}

/**
 * Removes a passkey.
 *
 * @throws Refusal `not_found`, `factor_required` when it is the last way to sign in, or the last
 * second factor while a role demands one
 */
export async function deletePasskey(
  context: ChangeFactorsContext,
  owner: FactorOwner,
  id: string,
  from: Caller,
): Promise<ChangedFactors> {
  const { subject } = owner;
  const passkeys = await readPasskeys(context.database, subject.id);
  if (!passkeys.some((passkey) => passkey.id === id)) throw new Refusal("not_found");
  const isLastPasskey = passkeys.length === 1;
  const isLast = isLastPasskey && !subject.factors.hasTotp;
  if (isLastPasskey && subject.passwordHash === null) throw new Refusal("factor_required");
  if (isLast) await requireDispensable(context, subject);
  return change(context, owner, from, {
    kind: "factor.removed",
    factor: "passkey",
    steps: [
      removePasskey(context.database, { id, userId: subject.id }),
      ...lastFactorSteps(context, subject.id, isLast),
    ],
    refuse: () => new Refusal("not_found"),
    detail: { passkey: id },
  });
}

/** Makes new recovery codes; the old ones are void. */
export async function renewRecoveryCodes(
  context: ChangeFactorsContext,
  owner: FactorOwner,
  from: Caller,
): Promise<ChangedFactors> {
  const { codes, steps } = replaceRecoveryCodes(context.database, owner.subject.id);
  const changed = await change(context, owner, from, {
    kind: "factor.added",
    factor: "recovery_codes",
    steps,
    refuse: () => new Refusal("internal"),
  });
  return { ...changed, recovery_codes: codes };
}

// The write that removes it holds only under the handle of what is read here.
async function requireDispensable(
  { database }: ChangeFactorsContext,
  subject: SignInSubject,
): Promise<void> {
  if (isFactorDemanded(subject)) throw new Refusal("factor_required");
  const [row] = await database.read(
    database.query
      .selectFrom("users")
      .select("password_needs_factor")
      .where("id", "=", subject.id)
      .where("handle", "=", subject.handle),
  );
  if (row?.password_needs_factor === 0) return;
  throw new Refusal("factor_required", {
    detail: "The password is long enough beside a second factor only: set a longer one first.",
  });
}

// Codes that stand in for a factor are void without one.
function lastFactorSteps(
  { database }: ChangeFactorsContext,
  userId: string,
  isLast: boolean,
): readonly Step[] {
  return isLast ? [removeRecoveryCodes(database, userId)] : [];
}

interface FactorChange {
  readonly kind: "factor.added" | "factor.removed";
  readonly factor: MailFactor;
  readonly steps: readonly Step[];
  /** What the caller is told when one of the steps does not hold any more. */
  readonly refuse: () => Refusal;
  /** What adding the factor has proved, RFC 8176: the session goes on with it. */
  readonly proves?: readonly string[];
  readonly detail?: JsonObject;
}

async function change(
  context: ChangeFactorsContext,
  owner: FactorOwner,
  from: Caller,
  what: FactorChange,
): Promise<ChangedFactors> {
  const { database, sessions, post } = context;
  const { subject, sessionId } = owner;
  const { now, address, userAgent, acceptLanguage } = from;
  const isFirst = what.proves !== undefined && !subject.factors.hasRecoveryCode;
  const recovery = isFirst ? replaceRecoveryCodes(database, subject.id) : null;
  const credential = credentialChangeSteps({
    ...context,
    subject,
    keepSessionId: sessionId,
    reason: "factors_changed",
    now,
  });
  const outcome = await database.write([
    ...what.steps,
    ...credential.steps,
    ...(what.proves === undefined
      ? []
      : await sessionSteps(database, owner, {
          proved: { amr: what.proves },
          now,
          handle: credential.newHandle,
        })),
    ...(recovery?.steps ?? []),
    auditEvent(database, {
      kind: what.kind,
      outcome: "success",
      actorId: subject.id,
      userId: subject.id,
      sessionId,
      address,
      userAgent,
      detail: { factor: what.factor, ...what.detail },
      now,
    }),
    ...credential.lastSteps,
  ]);
  if (!outcome.committed) {
    if (outcome.failed < what.steps.length) throw what.refuse();
    throw new WriteConflict(outcome);
  }
  const to = { email: subject.email, userId: subject.id, acceptLanguage };
  const facts = { from, factor: what.factor };
  if (what.kind === "factor.added") post.send("factor_added", facts, to);
  else post.send("factor_removed", facts, to);
  const access = await freshAccess(sessions, sessionId, now);
  return { ...access, ...(recovery === null ? {} : { recovery_codes: recovery.codes }) };
}
