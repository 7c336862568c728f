// Asks for a new password by mail. An address that nobody has gets the same answer after the same
// work, and a row that nothing can spend (N1, N2, N9).

import { auditEvent } from "../../audit/audit-event.ts";
import { issueCode } from "../../codes/issue-code.ts";
import { writeAll } from "../../storage/write.ts";
import type { Caller } from "../caller.ts";
import { findAddressee, type MailedCodeContext } from "../email/mailed-code.ts";

/**
 * Mails a link and six digits; those mailed before are void.
 *
 * @param email - normalised: the mail goes to this very text, never to what was typed
 */
export async function requestReset(
  context: MailedCodeContext,
  email: string,
  from: Caller,
): Promise<void> {
  const { database, post, links } = context;
  const user = await findAddressee(database, email);
  const issued = issueCode(context, {
    purpose: "reset_password",
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
      kind: "password.reset_asked",
      outcome: user === null ? "failure" : "success",
      userId: user?.id ?? null,
    }),
  ]);
  const { code, minutes, token } = issued;
  post.send(
    "reset_password",
    { code, link: links.reset(token), minutes, from },
    user === null ? null : { email, userId: user.id, acceptLanguage: from.acceptLanguage },
  );
}
