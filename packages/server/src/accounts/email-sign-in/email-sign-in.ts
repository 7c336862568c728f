// Signing in by a mail alone, where it is switched on. Only proved addresses: else whoever made an
// account for a foreign address would share it with its owner, who signs in and suspects nothing.
// The mail is one factor; completeSignIn asks for the second as for any other sign-in.

import { auditEvent } from "../../audit/audit-event.ts";
import { checkDigits, findLinkCode, refuseSpent, spendCodeStep } from "../../codes/check-code.ts";
import { issueCode } from "../../codes/issue-code.ts";
import { WriteConflict, writeAll } from "../../storage/write.ts";
import type { SignInSubject } from "../../tokens/subject.ts";
import type { Caller } from "../caller.ts";
import { findAddressee, type MailedCodeContext } from "../email/mailed-code.ts";
import type { ResetProof } from "../recovery/reset-password.ts";
import { readBoundSubject } from "../recovery/set-mailed-password.ts";

/** RFC 8176: a one-time code. */
export const EMAIL_AMR: readonly string[] = ["otp"];

/**
 * Mails a link and six digits that sign in; those mailed before are void. For an address that nobody
 * has, or that was not proved, the same is done and nothing is mailed (N1, N2).
 *
 * @param email - normalised
 */
export async function requestEmailSignIn(
  context: MailedCodeContext,
  email: string,
  from: Caller,
): Promise<void> {
  const { database, post, links } = context;
  const addressee = await findAddressee(database, email);
  const user = addressee?.isVerified === true ? addressee : null;
  const issued = issueCode(context, {
    purpose: "sign_in",
    owner: email,
    address: email,
    user,
    now: from.now,
  });
  await writeAll(database, [
    issued.step,
    auditEvent(database, {
      ...from,
      actorId: null,
      kind: "login.mail_asked",
      outcome: user === null ? "failure" : "success",
      userId: user?.id ?? null,
    }),
  ]);
  const { code, minutes, token } = issued;
  post.send(
    "sign_in",
    { code, link: links.signIn(token), minutes, from },
    user === null ? null : { email, userId: user.id, acceptLanguage: from.acceptLanguage },
  );
}

/**
 * Spends the mail of a sign-in. It is spent even when the sign-in then fails: a mail is tried once.
 *
 * @returns who signs in, for completeSignIn with {@link EMAIL_AMR}
 * @throws Refusal `code_invalid`
 */
export async function checkEmailSignIn(
  context: MailedCodeContext,
  proof: ResetProof,
  from: Caller,
): Promise<SignInSubject> {
  const { database } = context;
  const { now } = from;
  const code =
    "token" in proof
      ? await findLinkCode(database, ["sign_in"], { token: proof.token, now })
      : await checkDigits(context, {
          purpose: "sign_in",
          owner: proof.email,
          code: proof.code,
          now,
        });
  const subject = await readBoundSubject(context, code);
  const outcome = await database.write([
    spendCodeStep(database, code),
    auditEvent(database, {
      ...from,
      actorId: subject.id,
      kind: "login.mail_used",
      outcome: "success",
      userId: subject.id,
    }),
  ]);
  refuseSpent(outcome);
  if (!outcome.committed) throw new WriteConflict(outcome);
  return subject;
}
