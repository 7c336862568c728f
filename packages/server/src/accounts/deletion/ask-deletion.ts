// The owner asks for the end of the account. It is shut at once, for the owner as for anybody who
// took it over; it is deleted when the grace period is over, and until then the link of a mail to its
// address brings it back.

import { createIdentifier } from "@latchkey/protocol";
import { auditEvent } from "../../audit/audit-event.ts";
import type { Actor } from "../../authorization/actor.ts";
import {
  ADMINISTRATOR_CHANGE,
  administratorRemains,
  hasAdministrator,
} from "../../authorization/administrators.ts";
import type { ChangeContext } from "../../authorization/change-roles.ts";
import { ADMIN_PERMISSION } from "../../authorization/names.ts";
import { retryConflict } from "../../authorization/retry-conflict.ts";
import { type CodeKeys, issueCode } from "../../codes/issue-code.ts";
import { Refusal } from "../../http/refusal.ts";
import type { MailLinks } from "../../mail/links.ts";
import type { Post } from "../../mail/post.ts";
import { endAllSessionsSteps } from "../../sessions/end-session.ts";
import { writeAll } from "../../storage/write.ts";
import type { Caller } from "../caller.ts";
import { loadSubject } from "../change-users.ts";

/** What asking for deletion needs. */
export interface DeletionContext extends ChangeContext {
  readonly codeKeys: CodeKeys;
  readonly post: Post;
  readonly links: Pick<MailLinks, "cancelDeletion">;
  /** Milliseconds between the request and the deletion. */
  readonly accountDeletionGrace: number;
}

/**
 * Shuts an account and notes when it is to be deleted.
 *
 * @returns that time, in milliseconds
 * @throws Refusal `last_administrator`
 */
export function askDeletion(
  context: DeletionContext,
  actor: Caller & Pick<Actor, "actorId">,
): Promise<number> {
  const { database, retire, post, links } = context;
  const { acceptLanguage, ...from } = actor;
  const { actorId: userId, now } = from;
  return retryConflict(async () => {
    const subject = await loadSubject(database, userId);
    const isAdmin = subject.permissions.includes(ADMIN_PERMISSION);
    if (isAdmin && !(await hasAdministrator(database, { userId }))) {
      throw new Refusal("last_administrator");
    }
    const handle = createIdentifier();
    const deleteAt = now + context.accountDeletionGrace;
    const update = database.query
      .updateTable("users")
      .set({ disabled_at: now, delete_at: deleteAt, handle, updated_at: now })
      .where("id", "=", userId)
      .where("handle", "=", subject.handle)
      .where("disabled_at", "is", null);
    const code = issueCode(context, {
      purpose: "cancel_deletion",
      owner: userId,
      address: subject.email,
      user: { id: userId, handle },
      expiresAt: deleteAt,
      now,
    });
    await writeAll(database, [
      {
        query: isAdmin ? update.where(administratorRemains({ userId })) : update,
        expect: 1,
        alone: ADMINISTRATOR_CHANGE,
      },
      code.step,
      ...endAllSessionsSteps(database, userId, { reason: "user_deleted" }),
      auditEvent(database, { ...from, kind: "user.deletion_asked", outcome: "success", userId }),
      ...retire([subject.handle], now),
    ]);
    post.send(
      "account_deletion",
      { deleteAt, link: links.cancelDeletion(code.token), from },
      { email: subject.email, userId, acceptLanguage },
    );
    return deleteAt;
  });
}
