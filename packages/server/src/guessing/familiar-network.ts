// Which networks an account's owner has signed in from: those of its sessions, except sessions that
// were taken away because somebody else may have made them.

import { networkOf } from "../http/address.ts";
import type { Database } from "../storage/database.ts";

/** Sessions looked at, the latest first. */
export const FAMILIAR_SESSIONS = 100;

/** Ends of a session that its owner brought about. */
const OWN_ENDS = ["signed_out", "revoked"];

/** Tells whether the owner has signed in from a network. An unknown user costs the same. */
export async function isFamiliarNetwork(
  database: Database,
  of: { readonly userId: string; readonly network: string },
): Promise<boolean> {
  const rows = await database.read(
    database.query
      .selectFrom("sessions")
      .select("address")
      .where("user_id", "=", of.userId)
      .where((eb) => eb.or([eb("ended_at", "is", null), eb("end_reason", "in", OWN_ENDS)]))
      .orderBy("created_at", "desc")
      .limit(FAMILIAR_SESSIONS),
  );
  return rows.some(({ address }) => address !== null && networkOf(address) === of.network);
}
