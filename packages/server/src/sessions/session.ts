// A session as the rest of the server knows it, and its row. One row for its whole life, whatever
// the number of renewals. Design section 3.

import type { Transport } from "@latchkey/protocol";
import type { Selectable } from "kysely";
import type { SessionsTable } from "../storage/schema.ts";
import { idleLifetimeOf, type SessionPolicy } from "./lifetimes.ts";
import type { RotationState } from "./rotation.ts";

/** Characters of a user agent that are kept. */
export const MAX_USER_AGENT_LENGTH = 512;

/** A session. Times in milliseconds, by the database's clock. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly transport: Transport;
  /** False for a session that ends with the browser. */
  readonly isRemembered: boolean;
  readonly nonce: Uint8Array;
  readonly refreshKeyId: number;
  readonly authTime: number;
  readonly amr: readonly string[];
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly userAgent: string | null;
  readonly address: string | null;
  readonly rotation: RotationState;
}

/** Reads a session from its row. */
export function parseSession(row: Selectable<SessionsTable>, policy: SessionPolicy): Session {
  const isRemembered = row.remembered === 1;
  return {
    id: row.id,
    userId: row.user_id,
    clientId: row.client_id,
    transport: row.transport,
    isRemembered,
    nonce: row.nonce,
    refreshKeyId: row.refresh_key_id,
    authTime: row.auth_time_at,
    // We wrote it: a JSON array of strings.
    amr: JSON.parse(row.amr) as string[],
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    userAgent: row.user_agent,
    address: row.address,
    rotation: {
      generation: row.generation,
      advancedAt: row.advanced_at,
      attemptKeyHash:
        row.attempt_key_hash === null
          ? null
          : Buffer.from(row.attempt_key_hash).toString("base64url"),
      contestedGeneration: row.contested_generation,
      contestedStreak: row.contested_streak,
      idleLifetime: idleLifetimeOf(policy, { clientId: row.client_id, isRemembered }),
      endsAt: row.ends_at,
      endedAt: row.ended_at,
      endReason: row.end_reason,
    },
  };
}

/** Cuts a user agent to what is kept. */
export function clipUserAgent(userAgent: string | null): string | null {
  return userAgent === null ? null : userAgent.slice(0, MAX_USER_AGENT_LENGTH);
}
