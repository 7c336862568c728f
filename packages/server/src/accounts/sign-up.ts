// Sign-up. The answer never tells whether the address was known: the same work is done and the
// same words are said (N1, N2, N11). Its owner hears of it by mail once there is mail.

import { auditEvent } from "../audit/audit-event.ts";
import type { Actor } from "../authorization/actor.ts";
import type { PasswordHasher } from "../credentials/password-hash.ts";
import { checkNewPassword, normalizePassword } from "../credentials/password-policy.ts";
import { Refusal } from "../http/refusal.ts";
import type { Database } from "../storage/database.ts";
import { WriteConflict } from "../storage/write.ts";
import { createUser, takenValue } from "./create-user.ts";

/** What signing up needs. */
export interface SignUpContext {
  readonly database: Database;
  readonly hasher: PasswordHasher;
  /** Code points. */
  readonly minPasswordLength: number;
}

/** A sign-up, normalised. */
export interface SignUpInput {
  readonly email: string;
  readonly password: string;
  readonly username?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * Creates an account, unless the address is known.
 *
 * @throws Refusal `username_taken`, `password_too_short`, `password_too_long`,
 * `password_too_common`, `overloaded`
 */
export async function signUp(
  context: SignUpContext,
  input: SignUpInput,
  from: Omit<Actor, "actorId">,
): Promise<void> {
  const { database, hasher } = context;
  const password = normalizePassword(input.password);
  checkNewPassword(password, input, context.minPasswordLength);
  const passwordHash = await hasher.hash(password);
  // A taken user name is answered whether or not the address is known, and before it is asked.
  if (input.username !== undefined && (await isUsernameTaken(database, input.username))) {
    throw new Refusal("username_taken");
  }
  const { steps } = createUser(
    database,
    {
      email: input.email,
      emailVerified: false,
      username: input.username ?? null,
      name: input.name ?? null,
      passwordHash,
    },
    { ...from, actorId: null },
  );
  const outcome = await database.write(steps);
  if (outcome.committed) return;
  const taken = takenValue(outcome);
  if (taken === "username") throw new Refusal("username_taken");
  if (taken !== "email") throw new WriteConflict(outcome);
  // A write of its own, so that both ways end with one commit.
  await database.write([
    auditEvent(database, {
      ...from,
      actorId: null,
      kind: "signup.known_email",
      outcome: "failure",
    }),
  ]);
}

async function isUsernameTaken(database: Database, username: string): Promise<boolean> {
  const rows = await database.read(
    database.query.selectFrom("users").select("id").where("username", "=", username),
  );
  return rows.length > 0;
}
