// Asks for a new password by mail. An address that nobody has gets the same answer after the same
// work, and a row that nothing can spend (N1, N2, N9). Strangers may ask for anybody's: past a budget
// the mail that was sent last counts on instead of a refusal, so that the owner is never shut out,
// and the mailbox not flooded (N7).

import { auditEvent } from "../../audit/audit-event.ts";
import { issueCode } from "../../codes/issue-code.ts";
import type { Guessing } from "../../guessing/guessing.ts";
import { WriteConflict, writeAll } from "../../storage/write.ts";
import type { Caller } from "../caller.ts";
import { findAddressee, type MailedCodeContext } from "../email/mailed-code.ts";

/** What asking needs. */
export interface RequestResetContext extends MailedCodeContext {
  readonly guessing: Guessing;
}

/**
 * Mails a link and six digits; those mailed before are void. Past the budget of the address nothing is
 * mailed while those mailed before work.
 *
 * @param email - normalised: the mail goes to this very text, never to what was typed
 * @throws Refusal `rate_limited`: the caller's own network has asked too often
 */
export async function requestReset(
  context: RequestResetContext,
  email: string,
  from: Caller,
): Promise<void> {
  const { database, post, links, guessing } = context;
  const { isOverBudget } = await guessing.count("resetMail", { ...from, name: email });
  const user = await findAddressee(database, email);
  const issued = issueCode(context, {
    purpose: "reset_password",
    owner: email,
    address: email,
    user,
    isSparing: isOverBudget,
    now: from.now,
  });
  const asked = auditEvent(database, {
    ...from,
    actorId: null,
    kind: "password.reset_asked",
    outcome: user === null ? "failure" : "success",
    userId: user?.id ?? null,
  });
  const outcome = await database.write([issued.step, asked]);
  if (!outcome.committed && outcome.reason === "row-count") {
    await writeAll(database, [asked]);
    return;
  }
  if (!outcome.committed) throw new WriteConflict(outcome);
  const { code, minutes, token } = issued;
  post.send(
    "reset_password",
    { code, link: links.reset(token), minutes, from },
    user === null ? null : { email, userId: user.id, acceptLanguage: from.acceptLanguage },
  );
}
