// Answers "why is this token refused?" and "why was this user signed out?": from the token itself,
// the ledger, the session's row and the audit log. Everything here is in those three; nothing is
// guessed. For administrators.

import { decodeJwtUnverified, JoseError, type JsonObject } from "@latchkey/jose";
import { publishHandle, tokenHandles } from "@latchkey/protocol";
import { findRefreshToken, type FoundRefreshToken } from "../sessions/find-refresh-token.ts";
import type { SessionPolicy } from "../sessions/lifetimes.ts";
import type { RefreshKeys } from "../sessions/renewal-attempt.ts";
import type { Ledger } from "../revocation/ledger.ts";
import type { Database } from "../storage/database.ts";
import { type Authenticate, refusalReason } from "../tokens/authenticate.ts";

/** Events told in one explanation, at most; the newest. */
export const MAX_EVENTS = 20;

/** What an explanation needs. */
export interface ExplainDeps {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly keyRing: RefreshKeys & { isRevoked(kid: string): boolean };
  readonly policy: SessionPolicy;
  readonly authenticate: Authenticate;
}

/** Something that happened to the token's session or user. */
export interface ExplainedEvent {
  /** Milliseconds. */
  readonly at: number;
  readonly kind: string;
  readonly actorId: string | null;
  readonly detail: JsonObject;
}

/** What is known. */
export interface Explanation {
  readonly type: "access_token" | "refresh_token" | "unknown";
  /** True when this server would accept it now. */
  readonly accepted: boolean;
  /** Why not, as the WWW-Authenticate header says it; null when it is accepted. */
  readonly reason: string | null;
  /** The same in words, the most telling first. */
  readonly because: readonly string[];
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly events: readonly ExplainedEvent[];
}

/** Explains what becomes of a token. @param now - milliseconds */
export async function explainToken(
  deps: ExplainDeps,
  token: string,
  now: number,
): Promise<Explanation> {
  const found = await findRefreshToken(deps, token);
  if (found !== undefined) return explainRefreshToken(deps, found);
  return explainAccessToken(deps, token, now);
}

async function explainRefreshToken(
  deps: ExplainDeps,
  found: FoundRefreshToken,
): Promise<Explanation> {
  const { session, subject, databaseNow, isActive } = found;
  const because = [
    ...endOf(session.rotation.endedAt, session.rotation.endReason),
    ...(session.rotation.endedAt === null && found.expiresAt <= databaseNow
      ? ["the session was idle for too long, or reached its end"]
      : []),
    ...(subject.disabledAt === null ? [] : ["the user is disabled"]),
  ];
  if (!isActive && because.length === 0) {
    because.push("it is an older token of a session that lives: a newer one replaced it");
  }
  return {
    type: "refresh_token",
    accepted: isActive,
    reason: isActive ? null : "refresh_token_invalid",
    because: isActive ? ["it renews its session"] : because,
    userId: session.userId,
    sessionId: session.id,
    events: await readEvents(deps.database, session.userId, session.id),
  };
}

async function explainAccessToken(
  deps: ExplainDeps,
  token: string,
  now: number,
): Promise<Explanation> {
  const reason = await refusalReason(deps.authenticate, token, now);
  const read = readToken(token);
  // A stranger can write any claims: without our signature they say nothing about our users.
  const isOurs = reason === null || reason === "retired" || reason === "expired";
  if (read === undefined || !isOurs) {
    return {
      type: "unknown",
      accepted: false,
      reason: reason ?? "malformed",
      because: [WORDS[reason ?? "malformed"] ?? "it is not a token of this server"],
      userId: null,
      sessionId: null,
      events: [],
    };
  }
  const userId = textOf(read.claims["sub"]);
  const sessionId = textOf(read.claims["sid"]);
  const kid = textOf(read.header["kid"]);
  const because =
    reason === null
      ? ["nothing it depends on was taken back, and it has not expired"]
      : await causesOf(deps, { claims: read.claims, kid, reason, userId, sessionId });
  return {
    type: "access_token",
    accepted: reason === null,
    reason,
    because,
    userId,
    sessionId,
    events: await readEvents(deps.database, userId, sessionId),
  };
}

interface Refused {
  readonly claims: JsonObject;
  readonly kid: string | null;
  readonly reason: string;
  readonly userId: string | null;
  readonly sessionId: string | null;
}

async function causesOf(deps: ExplainDeps, refused: Refused): Promise<readonly string[]> {
  const { claims, kid, reason, userId, sessionId } = refused;
  const causes: string[] = reason === "expired" ? ["it has expired"] : [];
  const retired = await retiredAmong(deps, tokenHandles(claims, kid ?? undefined));
  const isRetired = (handle: unknown): boolean => typeof handle === "string" && retired.has(handle);
  if (isRetired(claims["jti"])) causes.push("this one token was taken back");
  if (isRetired(claims["sid"])) causes.push("its session was ended");
  if (isRetired(kid) || (kid !== null && deps.keyRing.isRevoked(kid))) {
    causes.push(`the key that signed it (${kid ?? ""}) was taken back`);
  }
  const [own, ...roles] = Array.isArray(claims["handles"]) ? claims["handles"] : [];
  if (isRetired(own)) {
    causes.push(
      "everything of its user was taken back: password or e-mail changed, roles given or taken, " +
        "signed out everywhere, or disabled",
    );
  }
  if (roles.some(isRetired)) causes.push("a role that it carries was changed or removed");
  const { database } = deps;
  const [session] = await database.read(
    database.query
      .selectFrom("sessions")
      .select(["ended_at", "end_reason"])
      .where("id", "=", sessionId ?? ""),
  );
  causes.push(...endOf(session?.ended_at ?? null, session?.end_reason ?? null));
  const [user] = await database.read(
    database.query
      .selectFrom("users")
      .select("disabled_at")
      .where("id", "=", userId ?? ""),
  );
  if (user === undefined) causes.push("its user is gone");
  else if (user.disabled_at !== null) causes.push("its user is disabled");
  return causes;
}

/** Which of these handles are in the ledger. */
async function retiredAmong(
  { database, ledger }: ExplainDeps,
  handles: readonly string[],
): Promise<ReadonlySet<string>> {
  const byName = new Map(
    handles.map((handle) => [publishHandle(ledger.id, handle).toString("hex"), handle]),
  );
  const names = [...byName.keys()].map((name) => Buffer.from(name, "hex"));
  const rows = await database.read(
    database.query.selectFrom("ledger").select("handle").where("handle", "in", names),
  );
  return new Set(rows.flatMap((row) => byName.get(Buffer.from(row.handle).toString("hex")) ?? []));
}

async function readEvents(
  database: Database,
  userId: string | null,
  sessionId: string | null,
): Promise<readonly ExplainedEvent[]> {
  if (userId === null) return [];
  const rows = await database.read(
    database.query
      .selectFrom("audit_events")
      .select(["at", "kind", "actor_id", "detail", "session_id"])
      .where("user_id", "=", userId)
      .orderBy("n", "desc")
      .limit(MAX_EVENTS),
  );
  return rows
    .filter((row) => row.session_id === null || sessionId === null || row.session_id === sessionId)
    .map((row) => ({
      at: row.at,
      kind: row.kind,
      actorId: row.actor_id,
      // We wrote it: a JSON object.
      detail: JSON.parse(row.detail) as JsonObject,
    }));
}

function endOf(endedAt: number | null, reason: string | null): readonly string[] {
  if (endedAt === null) return [];
  const words = END_WORDS[reason ?? ""] ?? reason ?? "no reason was recorded";
  return [`the session ended at ${new Date(endedAt).toISOString()}: ${words}`];
}

function readToken(token: string): { header: JsonObject; claims: JsonObject } | undefined {
  try {
    const { header, claims } = decodeJwtUnverified(token);
    // Both came out of JSON.
    return { header: header as unknown as JsonObject, claims: claims as JsonObject };
  } catch (error) {
    if (error instanceof JoseError) return undefined;
    throw error;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

const END_WORDS: Readonly<Record<string, string>> = {
  reuse: "a refresh token was used again after it was replaced, so somebody may have copied it",
  signed_out: "the user signed out",
  revoked: "a registered client or the user took it back",
  password_changed: "the password was changed",
  password_reset: "the password was reset",
  email_changed: "the e-mail address was changed",
  user_disabled: "the user was disabled",
  user_deleted: "the user was deleted",
  administrator: "an administrator ended it",
  restored: "the database was restored from a backup",
};

const WORDS: Readonly<Record<string, string>> = {
  malformed: "it is not a token of this server: it has another form",
  not_yet_valid: "it is not valid yet: clocks differ, or it was made for later",
  wrong_issuer: "it was issued by somebody else",
  wrong_type: "it is not an access token",
  unknown_key: "this server has no key with its key id: another server made it, or long ago",
  bad_signature: "its signature does not fit: it was changed, or made by somebody else",
};
