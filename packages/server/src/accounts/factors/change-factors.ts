// Adding and removing one's own factors: which steps each takes, and when one must stay. What all of
// them have in common is in write-factor-change.ts.

import {
  removeRecoveryCodes,
  replaceRecoveryCodes,
} from "../../credentials/recovery-codes/stored-recovery-codes.ts";
import {
  addPasskey,
  type Passkey,
  readPasskeys,
  removePasskey,
  requirePasskeyRoom,
} from "../../credentials/passkeys/stored-passkeys.ts";
import {
  confirmSeedSteps,
  createSeed,
  PENDING_SEED_LIFE,
  readSeed,
  removeSeeds,
  spendTotp,
} from "../../credentials/totp/stored-totp.ts";
import { renderEnrolment, type TotpEnrolment } from "../../credentials/totp/totp-enrolment.ts";
import { Refusal } from "../../http/refusal.ts";
import { isFactorDemanded } from "../../sign-in/required-factor.ts";
import type { Step } from "../../storage/database.ts";
import { writeAll } from "../../storage/write.ts";
import type { SignInSubject } from "../../tokens/subject.ts";
import type { Caller } from "../caller.ts";
import { readPasswordNeedsFactor } from "./password-beside-factor.ts";
import {
  type ChangedFactors,
  type ChangeFactorsContext,
  type FactorOwner,
  writeFactorChange,
} from "./write-factor-change.ts";

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
  return writeFactorChange(context, owner, from, {
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
  return writeFactorChange(context, owner, from, {
    kind: "factor.removed",
    factor: "totp",
    steps: [
      removeSeeds(context.database, subject.id),
      ...lastFactorSteps(context, subject.id, isLast),
    ],
    refuse: () => new Refusal("not_found"),
  });
}

/** Adds a passkey that was checked. @throws Refusal `passkey_exists`, `too_many_passkeys` */
export async function savePasskey(
  context: ChangeFactorsContext,
  owner: FactorOwner,
  checked: Omit<Passkey, "id" | "lastUsedAt">,
  from: Caller,
): Promise<{ readonly passkey: Passkey; readonly changed: ChangedFactors }> {
  const { passkey, step } = addPasskey(context.database, checked);
  const changed = await writeFactorChange(context, owner, from, {
    kind: "factor.added",
    factor: "passkey",
    steps: [requirePasskeyRoom(context.database, owner.subject.id), step],
    refuse: (failed) => new Refusal(failed === 0 ? "too_many_passkeys" : "passkey_exists"),
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
  return writeFactorChange(context, owner, from, {
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
  const changed = await writeFactorChange(context, owner, from, {
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
  if ((await readPasswordNeedsFactor(database, subject)) === false) return;
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
