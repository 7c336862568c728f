// Signing in by a mail alone, where it is switched on. Only proved addresses: else whoever made an
// account for a foreign address would share it with its owner, who signs in and suspects nothing.
// The mail is one factor; completeSignIn asks for the second as for any other sign-in.

import { auditEvent } from "../../audit/audit-event.ts";
import { checkDigits, findLinkCode, spendCodeStep } from "../../codes/check-code.ts";
import { issueCode } from "../../codes/issue-code.ts";
import { Refusal } from "../../http/refusal.ts";
import type { CheckedSignIn } from "../../sign-in/complete-sign-in.ts";
import type { SpentBySignIn } from "../../sign-in/start-session.ts";
import { writeAll } from "../../storage/write.ts";
import type { Caller } from "../caller.ts";
import { findAddressee, type MailedCodeContext } from "../email/mailed-code.ts";
import type { ResetProof } from "../recovery/reset-password.ts";
import { readBoundSubject } from "../recovery/set-mailed-password.ts";

/** RFC 8176: a one-time code. */
const EMAIL_AMR: readonly string[] = ["otp"];

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

/** A sign-in by mail whose code was right. It is spent by what completeSignIn writes. */
export type CheckedEmailSignIn = Pick<CheckedSignIn, "subject" | "amr"> & {
  readonly spends: SpentBySignIn;
};

/**
 * Checks the link or the digits of a sign-in's mail.
 *
 * @returns what completeSignIn takes: it spends the code in the write that makes the session, or
 * that asks for a second factor
 * @throws Refusal `code_invalid`
 */
export async function checkEmailSignIn(
  context: MailedCodeContext,
  proof: ResetProof,
  from: Caller,
): Promise<CheckedEmailSignIn> {
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
  return {
    subject,
    amr: EMAIL_AMR,
    spends: {
      steps: [spendCodeStep(database, code)],
      refuse: () => new Refusal("code_invalid"),
    },
  };
}
