// Whether a session may go on as it was begun. A role that demands a second factor is in no token of a
// session that was begun without one, whichever of role, demand and session came first (N8).

import type { Subject } from "../tokens/subject.ts";
import type { Session } from "./session.ts";

/** Tells whether one of the user's roles demands a factor that the session was begun without. */
export function lacksDemandedFactor(
  { roles }: Pick<Subject, "roles">,
  { amr }: Pick<Session, "amr">,
): boolean {
  return roles.some((role) => role.requiresMfa) && !amr.includes("mfa");
}
