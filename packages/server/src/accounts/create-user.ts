// The one write that makes an account: sign-up, administration and the set-up form all use it.

import { createIdentifier } from "@latchkey/protocol";
import { auditEvent } from "../audit/audit-event.ts";
import type { Actor } from "../authorization/actor.ts";
import { Refusal } from "../http/refusal.ts";
import type { Database, Step, WriteOutcome } from "../storage/database.ts";

/** A user to be. */
export interface NewUser {
  /** Normalised. */
  readonly email: string;
  readonly emailVerified: boolean;
  /** Normalised. */
  readonly username: string | null;
  readonly name: string | null;
  /** PHC string; null for an account without a password. */
  readonly passwordHash: string | null;
}

/** A user that exists when the steps are written. */
export interface CreatedUser {
  readonly id: string;
  readonly handle: string;
  readonly steps: readonly Step[];
}

/** Prepares an account; `actor.actorId` null means that the user made it. */
export function createUser(
  database: Database,
  user: NewUser,
  actor: Omit<Actor, "actorId"> & { readonly actorId: string | null },
): CreatedUser {
  const id = createIdentifier();
  const handle = createIdentifier();
  const insert = database.query.insertInto("users").values({
    id,
    email: user.email,
    email_verified: user.emailVerified ? 1 : 0,
    username: user.username,
    name: user.name,
    password_hash: user.passwordHash,
    handle,
    disabled_at: null,
    created_at: actor.now,
    updated_at: actor.now,
  });
  const audit = auditEvent(database, {
    ...actor,
    actorId: actor.actorId ?? id,
    kind: "user.created",
    outcome: "success",
    userId: id,
  });
  return { id, handle, steps: [{ query: insert, expect: 1 }, audit] };
}

/** Which unique value of an account a failed write met: undefined when it was something else. */
export function takenValue(
  outcome: Extract<WriteOutcome, { committed: false }>,
): "email" | "username" | undefined {
  if (outcome.reason !== "unique") return undefined;
  if (outcome.constraint.includes("users.email")) return "email";
  return outcome.constraint.includes("users.username") ? "username" : undefined;
}

/** The refusal that names a taken value to an administrator. */
export function takenRefusal(value: "email" | "username"): Refusal {
  return new Refusal(value === "email" ? "email_taken" : "username_taken");
}
