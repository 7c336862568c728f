// Change of an account's address. It changes when the new address is proved; the old one hears of it
// twice, when it is asked and when it is done. The user's handle is retired and all other sessions
// end: the session that confirms stays.

import { auditEvent } from "../../audit/audit-event.ts";
import {
  checkDigits,
  findLinkCode,
  type LiveCode,
  spendCodeStep,
  voidCodesStep,
} from "../../codes/check-code.ts";
import { issueCode } from "../../codes/issue-code.ts";
import { Refusal } from "../../http/refusal.ts";
import { WriteConflict, writeAll } from "../../storage/write.ts";
import type { Subject } from "../../tokens/subject.ts";
import type { Caller } from "../caller.ts";
import { takenRefusal, takenValue } from "../create-user.ts";
import { credentialChangeSteps } from "../credential-change.ts";
import { type MailedPasswordContext, readBoundSubject } from "../recovery/set-mailed-password.ts";
import type { MailedCodeContext } from "./mailed-code.ts";
import type { SignedIn } from "./signed-in.ts";
import { forgetSignUpsSteps } from "./verify-email.ts";

/** What changing an address needs. */
export type ChangeEmailContext = MailedCodeContext &
  Pick<MailedPasswordContext, "sessions" | "retire">;

/**
 * Asks for another address: mails it a link and six digits, and tells the old one. An address that
 * has an account gets a mail that says so; the caller learns nothing (N1).
 *
 * @throws Refusal `invalid_request` when it is the account's own
 */
export async function requestEmailChange(
  context: MailedCodeContext,
  change: { readonly subject: Subject; readonly sessionId: string | null; readonly email: string },
  from: Caller,
): Promise<void> {
  const { database, post, links } = context;
  const { subject, sessionId, email } = change;
  if (email === subject.email) {
    throw new Refusal("invalid_request", {
      errors: [{ path: "email", message: "The account has this address already" }],
    });
  }
  const taken = await database.read(
    database.query.selectFrom("users").select("id").where("email", "=", email),
  );
  const isFree = taken[0] === undefined;
  const issued = issueCode(context, {
    purpose: "change_email",
    owner: subject.id,
    address: email,
    // Without a user, nothing can spend it.
    user: isFree ? subject : null,
    ...(sessionId === null ? {} : { sessionId }),
    now: from.now,
  });
  await writeAll(database, [
    issued.step,
    auditEvent(database, {
      ...from,
      actorId: subject.id,
      kind: "email.change_asked",
      outcome: isFree ? "success" : "failure",
      userId: subject.id,
      sessionId,
    }),
  ]);
  const { acceptLanguage } = from;
  const { code, minutes, token } = issued;
  const toNew = { email, userId: taken[0]?.id ?? subject.id, acceptLanguage };
  if (isFree) {
    const link = links.confirmEmail(token);
    const oldEmail = subject.email;
    post.send("confirm_new_email", { code, link, minutes, oldEmail, from }, toNew);
  } else {
    post.send("new_email_known", { from }, toNew);
  }
  const toOld = { email: subject.email, userId: subject.id, acceptLanguage };
  post.send("email_change_asked", { newEmail: email, from }, toOld);
}

/**
 * Changes the address, by the link of the mail or by its digits. Both are worth nothing but where the
 * account is signed in: a mail to a mistyped address is read by a stranger, who would else have the
 * account by one click and a reset (N9).
 *
 * @returns the session that stays, when it is the caller's own
 * @throws Refusal `code_invalid`, also for another account's; `email_taken` when the address got an
 * account meanwhile
 */
export async function confirmEmailChange(
  context: ChangeEmailContext,
  proof: ({ readonly token: string } | { readonly code: string }) & { readonly signedIn: SignedIn },
  from: Caller,
): Promise<string | null> {
  const { now } = from;
  const { signedIn } = proof;
  const code =
    "token" in proof
      ? await findLinkCode(context.database, ["change_email"], { token: proof.token, now })
      : await checkDigits(context, {
          purpose: "change_email",
          owner: signedIn.userId,
          code: proof.code,
          now,
        });
  const subject = await readBoundSubject(context, code);
  if (signedIn.userId !== subject.id) throw new Refusal("code_invalid");
  const { sessionId } = signedIn;
  await writeChange(context, { code, subject, keepSessionId: sessionId ?? code.sessionId }, from);
  return sessionId;
}

async function writeChange(
  context: ChangeEmailContext,
  change: {
    readonly code: LiveCode;
    readonly subject: Subject;
    readonly keepSessionId: string | null;
  },
  from: Caller,
): Promise<void> {
  const { database, post } = context;
  const { code, subject, keepSessionId } = change;
  const { steps, lastSteps } = credentialChangeSteps({
    ...context,
    subject,
    keepSessionId,
    reason: "email_changed",
    changes: { email: code.address, email_verified: 1 },
    now: from.now,
  });
  const outcome = await database.write([
    spendCodeStep(database, code),
    ...steps,
    voidCodesStep(database, { userId: subject.id }),
    ...forgetSignUpsSteps(database, code.address),
    auditEvent(database, {
      ...from,
      actorId: subject.id,
      kind: "email.changed",
      outcome: "success",
      userId: subject.id,
      sessionId: keepSessionId,
    }),
    ...lastSteps,
  ]);
  if (!outcome.committed) {
    // Spent by another request, or the user changed in this moment: either way it is void.
    if (outcome.reason === "row-count") throw new Refusal("code_invalid");
    if (takenValue(outcome) === "email") throw takenRefusal("email");
    throw new WriteConflict(outcome);
  }
  const to = { email: subject.email, userId: subject.id, acceptLanguage: from.acceptLanguage };
  post.send("email_changed", { newEmail: code.address, from }, to);
}
