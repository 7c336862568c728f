// A user signs out everywhere, or everywhere else. One ledger entry, of the user's handle, takes
// back the access tokens of all sessions, however many there are. Design section 4.

import { createIdentifier } from "@latchkey/protocol";
import { auditEvent } from "../audit/audit-event.ts";
import { Refusal } from "../http/refusal.ts";
import type { Step } from "../storage/database.ts";
import { readSubject, type Subject } from "../tokens/subject.ts";
import { retirementExpiry } from "../tokens/retirement.ts";
import { type EndingDeps, endAllSessionsSteps, type Ending } from "./end-session.ts";
import { longestAccessTokenLifetime } from "./lifetimes.ts";
import { clipUserAgent } from "./session.ts";

/** How often it is tried again when the user changes in this moment. */
const MAX_ATTEMPTS = 4;

/**
 * Ends the sessions of a user, all or all but one, and gives the user a new handle.
 *
 * @returns the user with the new handle
 * @throws Refusal `invalid_token` when there is no such user, `database_unavailable`
 */
export async function endEverywhere(
  deps: EndingDeps,
  userId: string,
  ending: Ending & { readonly except?: string },
): Promise<Subject> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const subject = await readSubject(deps.database, { id: userId });
    if (subject === undefined) throw new Refusal("invalid_token");
    const handle = createIdentifier();
    const outcome = await deps.database.write(stepsOf(deps, subject, { ...ending, handle }));
    if (outcome.committed) return { ...subject, handle };
  }
  throw new Refusal("database_unavailable");
}

function stepsOf(
  deps: EndingDeps,
  subject: Subject,
  ending: Ending & { readonly except?: string; readonly handle: string },
): readonly Step[] {
  const { database } = deps;
  const { except, reason, now } = ending;
  return [
    newHandleStep(deps, subject, ending.handle),
    ...endAllSessionsSteps(database, subject.id, {
      reason,
      ...(except === undefined ? {} : { except }),
    }),
    auditEvent(database, {
      kind: "session.all_ended",
      outcome: "success",
      actorId: ending.actorId,
      userId: subject.id,
      sessionId: except ?? null,
      address: ending.address ?? null,
      userAgent: clipUserAgent(ending.userAgent ?? null),
      detail: { reason, others_only: except !== undefined },
      now,
    }),
    ...deps.ledger.retire(
      [subject.handle],
      retirementExpiry(now, longestAccessTokenLifetime(deps.policy)),
    ),
  ];
}

/** Gives a user a new handle, while the old one is still the one that was read. */
export function newHandleStep(
  deps: Pick<EndingDeps, "database">,
  subject: Pick<Subject, "id" | "handle">,
  handle: string,
): Step {
  const query = deps.database.query
    .updateTable("users")
    .set({ handle })
    .where("id", "=", subject.id)
    .where("handle", "=", subject.handle);
  return { query, expect: 1 };
}
