// What every change of a credential has in common: the user gets a new handle, the old one is
// retired, and all sessions end, or all but the one that made the change. `users.handle` is the
// version of the credentials: a code, ceremony or pending sign-in that was made under another one
// is void. Design section 4, "Taking back".

import { createIdentifier } from "@latchkey/protocol";
import type { Updateable } from "kysely";
import type { Retire } from "../authorization/change-roles.ts";
import { type AccessMembers, accessMembers } from "../sessions/answer.ts";
import type { EndReason } from "../sessions/rotation.ts";
import type { Sessions } from "../sessions/session-service.ts";
import type { Database, Step } from "../storage/database.ts";
import type { UsersTable } from "../storage/schema.ts";
import type { Subject } from "../tokens/subject.ts";

/** A change of a credential. */
export interface CredentialChange {
  readonly database: Database;
  readonly sessions: Pick<Sessions, "endAllSteps">;
  readonly retire: Retire;
  /** The user as the decision was taken on: another handle by now, and nothing is written. */
  readonly subject: Pick<Subject, "id" | "handle">;
  /** The session that stays; null ends all. */
  readonly keepSessionId: string | null;
  readonly reason: EndReason;
  /** Members of the user's own row that change with it. */
  readonly changes?: Updateable<Omit<UsersTable, "id" | "handle" | "updated_at">>;
  /** Milliseconds. */
  readonly now: number;
}

/** The steps of a change. `lastSteps` must be the last of the write: they number the ledger. */
export interface CredentialChangeSteps {
  /** The first one fails on its row count when the user changed meanwhile. */
  readonly steps: readonly Step[];
  readonly lastSteps: readonly Step[];
  /** What the tokens, codes and ceremonies to come depend on. */
  readonly newHandle: string;
}

/**
 * Prepares a change of a credential.
 *
 * @example
 * ```ts
 * await retryConflict(async () => {
 *   const subject = await loadSubject(database, userId);
 *   const { steps, lastSteps } = credentialChangeSteps({ ...context, subject, ...change });
 *   await writeAll(database, [...steps, ...ownSteps, auditEvent(database, event), ...lastSteps]);
 * });
 * return c.json(await freshAccess(sessions, sessionId, now));
 * ```
 */
export function credentialChangeSteps(change: CredentialChange): CredentialChangeSteps {
  const { database, sessions, retire, subject, keepSessionId, reason, now } = change;
  const newHandle = createIdentifier();
  const update = database.query
    .updateTable("users")
    .set({ ...change.changes, handle: newHandle, updated_at: now })
    .where("id", "=", subject.id)
    .where("handle", "=", subject.handle);
  return {
    steps: [
      { query: update, expect: 1 },
      ...sessions.endAllSteps(subject.id, reason, keepSessionId ?? undefined),
    ],
    lastSteps: retire([subject.handle], now),
    newHandle,
  };
}

/**
 * The access token for the session that was kept, read after the write.
 *
 * @param now - milliseconds
 * @throws Refusal `session_ended` when that session is over, `session_expired`
 */
export async function freshAccess(
  sessions: Pick<Sessions, "freshAccess">,
  sessionId: string,
  now: number,
): Promise<AccessMembers> {
  return accessMembers(await sessions.freshAccess(sessionId, now));
}
