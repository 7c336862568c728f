// A new session: its row, under the condition that the user is still the one who signed in. A
// sign-in always makes a new session id (no fixation), and its first token is generation 0.

import type { RefreshKey } from "../keys/refresh-key.ts";
import { randomBytes } from "node:crypto";
import { BUILT_IN_CLIENT_ID, createIdentifier, type Transport } from "@latchkey/protocol";
import { sql } from "kysely";
import type { Database, Step } from "../storage/database.ts";
import { holdRows } from "../storage/hold-rows.ts";
import type { Subject } from "../tokens/subject.ts";
import { type IssuedRefreshToken, issueFor } from "./renewal-attempt.ts";
import { idleLifetimeOf, lifetimesOf, type SessionPolicy } from "./lifetimes.ts";
import { clipUserAgent, type Session } from "./session.ts";

/** A sign-in. */
export interface SignIn {
  readonly subject: Subject;
  readonly transport: Transport;
  /** Default: true. False ends the session with the browser, or when it is idle for hours. */
  readonly isRemembered?: boolean;
  readonly userAgent: string | null;
  readonly address: string | null;
  /** RFC 8176 values. */
  readonly amr: readonly string[];
  /** Milliseconds. */
  readonly now: number;
}

/** A session to be: it exists when the steps are written. */
export interface CreatedSession {
  readonly session: Session;
  /** One insert; it fails on its row count when the user changed or was disabled meanwhile. */
  readonly steps: readonly Step[];
  readonly refresh: IssuedRefreshToken;
}

/** Bytes of a session's nonce. */
const NONCE_BYTES = 16;

/** Prepares a session. */
export function createSession(
  deps: {
    readonly database: Database;
    readonly refreshKey: RefreshKey;
    readonly policy: SessionPolicy;
  },
  signIn: SignIn,
): CreatedSession {
  const session = sessionOf(signIn, deps.refreshKey.id, deps.policy);
  return {
    session,
    steps: [{ query: insertSession(deps.database, session, signIn.subject.handle), expect: 1 }],
    refresh: issueFor(
      { session, databaseNow: signIn.now },
      { key: deps.refreshKey, rotation: session.rotation },
    ),
  };
}

function sessionOf(signIn: SignIn, refreshKeyId: number, policy: SessionPolicy): Session {
  const { now, isRemembered = true } = signIn;
  const clientId = BUILT_IN_CLIENT_ID;
  const { absoluteLifetime } = lifetimesOf(policy, clientId);
  return {
    id: createIdentifier(),
    userId: signIn.subject.id,
    clientId,
    transport: signIn.transport,
    isRemembered,
    nonce: randomBytes(NONCE_BYTES),
    refreshKeyId,
    authTime: now,
    amr: signIn.amr,
    createdAt: now,
    lastSeenAt: now,
    userAgent: clipUserAgent(signIn.userAgent),
    address: signIn.address,
    rotation: {
      generation: 0,
      advancedAt: now,
      attemptKeyHash: null,
      contestedGeneration: null,
      contestedStreak: 0,
      idleLifetime: idleLifetimeOf(policy, { clientId, isRemembered }),
      endsAt: absoluteLifetime === null ? null : now + absoluteLifetime,
      endedAt: null,
      endReason: null,
    },
  };
}

// Times that rotation judges by are the database's: nodes whose clocks differ share one.
function insertSession(database: Database, session: Session, handle: string) {
  const { rotation } = session;
  const lifetime = rotation.endsAt === null ? null : rotation.endsAt - session.createdAt;
  const databaseNow = sql<number>`latchkey_now()`;
  return database.query
    .insertInto("sessions")
    .columns([
      ...(["id", "user_id", "client_id", "transport", "generation", "nonce"] as const),
      ...(["refresh_key_id", "advanced_at", "auth_time_at", "amr", "created_at"] as const),
      ...(["last_seen_at", "ends_at", "user_agent", "address", "remembered"] as const),
    ])
    .expression((eb) => {
      const user = eb
        .selectFrom("users as u")
        .select([
          sql<string>`${session.id}`.as("id"),
          "u.id as user_id",
          sql<string>`${session.clientId}`.as("client_id"),
          sql<string>`${session.transport}`.as("transport"),
          sql<number>`${rotation.generation}`.as("generation"),
          sql<Uint8Array>`${session.nonce}`.as("nonce"),
          sql<number>`${session.refreshKeyId}`.as("refresh_key_id"),
          databaseNow.as("advanced_at"),
          sql<number>`${session.authTime}`.as("auth_time_at"),
          sql<string>`${JSON.stringify(session.amr)}`.as("amr"),
          databaseNow.as("created_at"),
          databaseNow.as("last_seen_at"),
          (lifetime === null
            ? sql<number | null>`null`
            : sql<number | null>`latchkey_now() + ${lifetime}`
          ).as("ends_at"),
          sql<string | null>`${session.userAgent}`.as("user_agent"),
          sql<string | null>`${session.address}`.as("address"),
          sql<number>`${session.isRemembered ? 1 : 0}`.as("remembered"),
        ])
        .where("u.id", "=", session.userId)
        .where("u.handle", "=", handle)
        .where("u.disabled_at", "is", null);
      // A change of credentials that commits at the same time ends this session, or prevents it.
      return holdRows(database, user);
    });
}
