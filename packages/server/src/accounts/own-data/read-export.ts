// Everything that is stored about a user, as one JSON document (GDPR articles 15 and 20). Secrets
// are not in it, nor their hashes: they are the account's locks, and the file will lie in a folder.

import type { JsonObject } from "@latchkey/jose";
import { readEvents } from "../../audit/read-events.ts";
import { userAnswer } from "../../sign-in/user-answer.ts";
import type { Database } from "../../storage/database.ts";
import type { Subject } from "../../tokens/subject.ts";
import { activityAnswer } from "./activity.ts";

/** Sessions in an export, at most: the latest. */
export const MAX_EXPORTED_SESSIONS = 1000;

/** Audit events in an export, at most: the latest; the others are read page by page. */
export const MAX_EXPORTED_EVENTS = 5000;

/** Reads everything about a user. @param now - milliseconds */
export async function readExport(
  database: Database,
  subject: Subject,
  now: number,
): Promise<JsonObject> {
  const [sessions, passkeys, totp, recoveryCodes, mailed, events] = await Promise.all([
    readSessions(database, subject.id),
    readPasskeys(database, subject.id),
    readTotp(database, subject.id),
    countRecoveryCodes(database, subject.id),
    readMailedCodes(database, subject.id),
    readEvents(database, { userId: subject.id, limit: MAX_EXPORTED_EVENTS }),
  ]);
  return {
    exported_at: time(now),
    user: { ...userAnswer(subject) },
    has_password: subject.passwordHash !== null,
    authenticator_app: totp,
    recovery_codes_left: recoveryCodes,
    passkeys,
    sessions,
    pending_mails: mailed,
    activity: events.map((event) => ({ ...activityAnswer(event) })),
  };
}

async function readSessions(database: Database, userId: string): Promise<JsonObject[]> {
  const rows = await database.read(
    database.query
      .selectFrom("sessions")
      .select(["id", "client_id", "created_at", "last_seen_at", "auth_time_at", "amr"])
      .select(["user_agent", "address", "ended_at", "end_reason", "remembered"])
      .where("user_id", "=", userId)
      .orderBy("created_at", "desc")
      .limit(MAX_EXPORTED_SESSIONS),
  );
  return rows.map((row) => ({
    id: row.id,
    client_id: row.client_id,
    created_at: time(row.created_at),
    last_seen_at: time(row.last_seen_at),
    signed_in_at: time(row.auth_time_at),
    // We wrote it: a JSON array of strings.
    signed_in_by: JSON.parse(row.amr) as string[],
    remembered: row.remembered === 1,
    address: row.address,
    user_agent: row.user_agent,
    ended_at: optionalTime(row.ended_at),
    end_reason: row.end_reason,
  }));
}

async function readPasskeys(database: Database, userId: string): Promise<JsonObject[]> {
  const rows = await database.read(
    database.query
      .selectFrom("passkeys")
      .select(["id", "name", "aaguid", "synced", "created_at", "last_used_at"])
      .where("user_id", "=", userId)
      .orderBy("created_at"),
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    authenticator_model: row.aaguid,
    synced: row.synced === 1,
    created_at: time(row.created_at),
    last_used_at: optionalTime(row.last_used_at),
  }));
}

async function readTotp(database: Database, userId: string): Promise<JsonObject | null> {
  const [row] = await database.read(
    database.query
      .selectFrom("totp_seeds")
      .select(["created_at", "confirmed_at"])
      .where("user_id", "=", userId)
      .where("pending", "=", 0),
  );
  if (row === undefined) return null;
  return { created_at: time(row.created_at), confirmed_at: optionalTime(row.confirmed_at) };
}

async function countRecoveryCodes(database: Database, userId: string): Promise<number> {
  const rows = await database.read(
    database.query
      .selectFrom("recovery_codes")
      .select("user_id")
      .where("user_id", "=", userId)
      .where("used_at", "is", null),
  );
  return rows.length;
}

// A change of address that was asked for names the address to be.
async function readMailedCodes(database: Database, userId: string): Promise<JsonObject[]> {
  const rows = await database.read(
    database.query
      .selectFrom("codes")
      .select(["purpose", "address", "created_at", "expires_at"])
      .where("user_id", "=", userId)
      .orderBy("created_at"),
  );
  return rows.map((row) => ({
    purpose: row.purpose,
    address: row.address,
    created_at: time(row.created_at),
    expires_at: time(row.expires_at),
  }));
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function optionalTime(milliseconds: number | null): string | null {
  return milliseconds === null ? null : time(milliseconds);
}
