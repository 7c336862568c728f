// What is left of a deleted user in the audit log: identifiers, which name nobody any more. It is the
// one change of an event that the log's trigger lets through.

import type { Database, Step } from "../storage/database.ts";

/**
 * The steps that take out of the log where a user was and with what, and what was noted about the
 * user. Where an administrator acted on the user, the administrator's address stays.
 */
export function redactUserSteps(database: Database, userId: string): readonly Step[] {
  const { query } = database;
  return [
    {
      query: query
        .updateTable("audit_events")
        .set({ address: null, user_agent: null })
        .where("actor_id", "=", userId),
    },
    {
      query: query
        .updateTable("audit_events")
        .set({ address: null, user_agent: null })
        .where("user_id", "=", userId)
        .where("actor_id", "is", null),
    },
    {
      query: query.updateTable("audit_events").set({ detail: "{}" }).where("user_id", "=", userId),
    },
  ];
}
