// Deletes the accounts whose grace period is over, each in a write of its own.

import type { ChangeContext } from "../../authorization/change-roles.ts";
import { Refusal } from "../../http/refusal.ts";
import { deleteUser } from "./delete-user.ts";

/** Accounts deleted by one sweep, at most. */
export const SWEEP_ACCOUNTS = 100;

/**
 * Deletes accounts.
 *
 * @param now - milliseconds
 * @returns how many it looked at
 */
export async function sweepDeletions(context: ChangeContext, now: number): Promise<number> {
  const { database } = context;
  const due = await database.read(
    database.query
      .selectFrom("users")
      .select("id")
      .where("delete_at", "<=", now)
      .orderBy("delete_at")
      .limit(SWEEP_ACCOUNTS),
  );
  for (const { id } of due) {
    try {
      await deleteUser(context, id, { actorId: null, address: null, userAgent: null, now });
    } catch (error) {
      // Another node was faster, or the account was brought back.
      if (!(error instanceof Refusal) || error.code !== "not_found") throw error;
    }
  }
  return due.length;
}
