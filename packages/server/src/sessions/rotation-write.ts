// The write of a rotation's decision: one compare-and-set on the session's row, with the audit
// event and the ledger entry that belong to it. All of it commits, or nothing does.

import { createIdentifier } from "@latchkey/protocol";
import { sql, type Updateable } from "kysely";
import { type AuditInput, auditEvent } from "../audit/audit-event.ts";
import type { Ledger } from "../revocation/ledger.ts";
import type { Database, Step } from "../storage/database.ts";
import { defineQuery } from "../storage/define-query.ts";
import type { SessionsTable } from "../storage/schema.ts";
import { retirementExpiry } from "../tokens/retirement.ts";
import type { SessionSnapshot } from "./read-sessions.ts";
import type { Decision, RotationState } from "./rotation.ts";
import { newHandleStep } from "./end-everywhere.ts";
import { endAllSessionsSteps } from "./end-session.ts";
import { longestAccessTokenLifetime, type SessionPolicy } from "./lifetimes.ts";
import { clipUserAgent } from "./session.ts";

/** What a write of a rotation is made from. */
export interface RotationWrite {
  readonly snapshot: SessionSnapshot;
  readonly decision: Decision;
  readonly presentedGeneration: number;
  /** The refresh key of the token of the generation to store. */
  readonly refreshKeyId: number;
  readonly address: string | null;
  readonly userAgent: string | null;
  /** The database's clock, in milliseconds, after which the write must not happen. */
  readonly notAfter: number;
}

/** What the steps are built with. */
export interface RotationWriteDeps {
  readonly database: Database;
  readonly ledger: Pick<Ledger, "retire">;
  readonly policy: SessionPolicy;
}

/** The steps that store a decision; empty when it changes nothing. The first is the guard. */
export function rotationSteps(deps: RotationWriteDeps, write: RotationWrite): readonly Step[] {
  const { decision } = write;
  switch (decision.kind) {
    case "advance":
    case "fast_forward":
      return [advance(deps.database, write, decision.next)];
    case "repeat":
      return decision.next === null
        ? []
        : [
            change(deps.database, write, contested(decision.next)),
            audit(deps.database, write, "session.contested"),
          ];
    case "reuse": {
      const { databaseNow, session, subject } = write.snapshot;
      const endsAll = deps.policy.reuseEnds === "all";
      const expiresAt = retirementExpiry(databaseNow, longestAccessTokenLifetime(deps.policy));
      return [
        change(deps.database, write, {
          ...contested(decision.next),
          ended_at: decision.next.endedAt,
          end_reason: decision.next.endReason,
        }),
        audit(deps.database, write, "session.reused"),
        ...(endsAll
          ? [
              newHandleStep(deps, subject, createIdentifier()),
              ...endAllSessionsSteps(deps.database, subject.id, { reason: "revoked" }),
            ]
          : []),
        ...deps.ledger.retire([endsAll ? subject.handle : session.id], expiresAt),
      ];
    }
    default:
      return [];
  }
}

type SessionChange = Updateable<SessionsTable>;

// What must still be so when the write happens.
interface Condition {
  readonly id: string;
  readonly generation: number;
  readonly contestedGeneration: number | null;
  readonly advancedAt: number;
  readonly handle: string;
  readonly notAfter: number;
}

// Holds only while everything that the decision was made on still holds: the generation, the
// contest, the session's life, the user's handle. Late is refused too: a request that is decided
// more than W after it was sent could end an honest session; so the clock, not the write's one time,
// which stands still while the write waits for the row.
function compareAndSet(query: Database["query"], condition: Condition, change: SessionChange) {
  const { contestedGeneration, notAfter } = condition;
  return query
    .updateTable("sessions")
    .set(change)
    .where("id", "=", condition.id)
    .where("generation", "=", condition.generation)
    .where(sql<boolean>`contested_generation is not distinct from ${contestedGeneration}`)
    .where("advanced_at", "=", condition.advancedAt)
    .where("ended_at", "is", null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom("users")
          .select("users.id")
          .whereRef("users.id", "=", "sessions.user_id")
          .where("users.handle", "=", condition.handle)
          .where("users.disabled_at", "is", null),
      ),
    )
    .where(sql<boolean>`latchkey_clock() <= ${notAfter}`);
}

function conditionOf({ snapshot, notAfter }: RotationWrite): Condition {
  const { session, subject } = snapshot;
  const { generation, contestedGeneration, advancedAt } = session.rotation;
  const { handle } = subject;
  return { id: session.id, generation, contestedGeneration, advancedAt, handle, notAfter };
}

interface Advance extends Condition {
  readonly nextGeneration: number;
  readonly nextAdvancedAt: number;
  readonly attemptKeyHash: Uint8Array | null;
  readonly refreshKeyId: number;
  readonly address: string | null;
  readonly userAgent: string | null;
}

const advanceQuery = defineQuery<Advance, unknown>((query, values) =>
  compareAndSet(query, values, {
    generation: values.nextGeneration,
    advanced_at: values.nextAdvancedAt,
    attempt_key_hash: values.attemptKeyHash,
    refresh_key_id: values.refreshKeyId,
    last_seen_at: values.nextAdvancedAt,
    address: values.address,
    user_agent: values.userAgent,
  }),
);

function advance(database: Database, write: RotationWrite, next: RotationState): Step {
  const { session } = write.snapshot;
  const { attemptKeyHash } = next;
  const query = advanceQuery(database, {
    ...conditionOf(write),
    nextGeneration: next.generation,
    nextAdvancedAt: next.advancedAt,
    attemptKeyHash: attemptKeyHash === null ? null : Buffer.from(attemptKeyHash, "base64url"),
    refreshKeyId: write.refreshKeyId,
    address: write.address ?? session.address,
    userAgent: clipUserAgent(write.userAgent) ?? session.userAgent,
  });
  return { query, expect: 1 };
}

function change(database: Database, write: RotationWrite, changes: SessionChange): Step {
  return { query: compareAndSet(database.query, conditionOf(write), changes), expect: 1 };
}

function contested(next: RotationState): SessionChange {
  return {
    contested_generation: next.contestedGeneration,
    contested_streak: next.contestedStreak,
  };
}

function audit(database: Database, write: RotationWrite, kind: string): Step {
  const { session, databaseNow } = write.snapshot;
  const input: AuditInput = {
    kind,
    outcome: "failure",
    // Owner or thief: the token does not tell.
    actorId: null,
    userId: session.userId,
    sessionId: session.id,
    address: write.address,
    userAgent: clipUserAgent(write.userAgent),
    detail: {
      generation: session.rotation.generation,
      presented_generation: write.presentedGeneration,
      last_address: session.address,
      last_user_agent: session.userAgent,
      ...(write.decision.kind === "reuse" ? { cause: write.decision.cause } : {}),
    },
    now: databaseNow,
  };
  return auditEvent(database, input);
}
