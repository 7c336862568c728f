// The first administrator. While there is none, each start makes a one-time code, prints its link
// on the terminal and forgets the code: the database keeps a hash. Whoever has the link spends it
// in the same write that makes the administrator.

import { createHash, randomBytes } from "node:crypto";
import { createIdentifier } from "@latchkey/protocol";
import { sql } from "kysely";
import {
  ADMINISTRATOR_CHANGE,
  administratorRemains,
  hasAdministrator,
} from "../authorization/administrators.ts";
import { OPERATOR, type Actor } from "../authorization/actor.ts";
import { ADMIN_PERMISSION, ADMINISTRATOR_ROLE } from "../authorization/names.ts";
import type { PasswordHasher } from "../credentials/password-hash.ts";
import type { PasswordPolicy } from "../credentials/password-policy.ts";
import { Refusal } from "../http/refusal.ts";
import type { Database, Step } from "../storage/database.ts";
import { WriteConflict, writeAll } from "../storage/write.ts";
import { createUser, takenRefusal, takenValue } from "./create-user.ts";

/** Path of the set-up form, below the issuer. */
export const SETUP_PATH = "/auth/setup";

/** Milliseconds that a set-up link works. */
export const SETUP_CODE_LIFETIME: number = 60 * 60 * 1000;

/** What set-up needs. */
export interface SetupContext {
  readonly database: Database;
  readonly hasher: PasswordHasher;
  readonly passwordPolicy: PasswordPolicy;
}

/** The first administrator, normalised. */
export interface SetupInput {
  readonly code: string;
  readonly email: string;
  readonly password: string;
  readonly username?: string | undefined;
  readonly name?: string | undefined;
}

const PURPOSE = "setup";
const CODE_BYTES = 32;

/** Makes sure that the role `administrator` exists and holds `latchkey:admin`. */
export async function createAdministratorRole(database: Database, now: number): Promise<void> {
  await writeAll(database, roleSteps(database, now));
}

/**
 * Makes a code and voids the ones before; null when there is an administrator.
 *
 * @param now - milliseconds
 */
export async function createSetupCode(database: Database, now: number): Promise<string | null> {
  if (await hasAdministrator(database)) return null;
  const code = randomBytes(CODE_BYTES).toString("base64url");
  await writeAll(database, [
    { query: database.query.deleteFrom("one_time_codes").where("purpose", "=", PURPOSE) },
    {
      query: database.query.insertInto("one_time_codes").values({
        code_hash: hashCode(code),
        purpose: PURPOSE,
        user_id: null,
        expires_at: now + SETUP_CODE_LIFETIME,
        used_at: null,
      }),
      expect: 1,
    },
  ]);
  return code;
}

/** Tells whether a code can still be spent. It spends nothing: mail scanners and previews GET. */
export async function isSetupCode(database: Database, code: string, now: number): Promise<boolean> {
  const rows = await database.read(
    database.query
      .selectFrom("one_time_codes")
      .select("purpose")
      .where("code_hash", "=", hashCode(code))
      .where("purpose", "=", PURPOSE)
      .where("used_at", "is", null)
      .where("expires_at", ">", now),
  );
  return rows.length > 0 && !(await hasAdministrator(database));
}

/**
 * Spends the code and creates the first administrator, in one write.
 *
 * @throws Refusal `setup_link_invalid`, `email_taken`, `username_taken`, `password_too_short`,
 * `password_too_long`, `password_too_common`, `password_breached`
 */
export async function createFirstAdministrator(
  context: SetupContext,
  input: SetupInput,
  from: Omit<Actor, "actorId">,
): Promise<void> {
  const { database, hasher } = context;
  // Before the hash: a stranger without a code must not be able to make the server work.
  if (!(await isSetupCode(database, input.code, from.now))) throw new Refusal("setup_link_invalid");
  const password = await context.passwordPolicy.check(input.password, input);
  const user = createUser(
    database,
    {
      email: input.email,
      // The operator vouches for it: the link came from the terminal.
      emailVerified: true,
      username: input.username ?? null,
      name: input.name ?? null,
      passwordHash: await hasher.hash(password),
    },
    { ...from, actorId: OPERATOR },
  );
  const outcome = await database.write([
    spendStep(database, input.code, from.now),
    ...roleSteps(database, from.now),
    ...user.steps,
    giveRoleStep(database, user.id),
  ]);
  if (outcome.committed) return;
  if (outcome.failed === 0) throw new Refusal("setup_link_invalid");
  const taken = takenValue(outcome);
  throw taken === undefined ? new WriteConflict(outcome) : takenRefusal(taken);
}

function spendStep(database: Database, code: string, now: number): Step {
  const query = database.query
    .updateTable("one_time_codes")
    .set({ used_at: now })
    .where("code_hash", "=", hashCode(code))
    .where("purpose", "=", PURPOSE)
    .where("used_at", "is", null)
    .where("expires_at", ">", now)
    // Another way may have made an administrator since the link was printed.
    .where((eb) => eb.not(administratorRemains()));
  return { query, expect: 1, alone: ADMINISTRATOR_CHANGE };
}

function roleSteps(database: Database, now: number): readonly Step[] {
  const role = database.query
    .insertInto("roles")
    .values({
      id: createIdentifier(),
      name: ADMINISTRATOR_ROLE,
      description: "Administers this server",
      handle: createIdentifier(),
      created_at: now,
    })
    .onConflict((conflict) => conflict.column("name").doNothing());
  const permission = database.query
    .insertInto("role_permissions")
    .columns(["role_id", "permission"])
    .expression((eb) =>
      eb
        .selectFrom("roles")
        .select(["roles.id as role_id", sql<string>`${ADMIN_PERMISSION}`.as("permission")])
        .where("roles.name", "=", ADMINISTRATOR_ROLE),
    )
    .onConflict((conflict) => conflict.columns(["role_id", "permission"]).doNothing());
  return [{ query: role }, { query: permission }];
}

function giveRoleStep(database: Database, userId: string): Step {
  const query = database.query
    .insertInto("user_roles")
    .columns(["user_id", "role_id"])
    .expression((eb) =>
      eb
        .selectFrom("roles")
        .select([sql<string>`${userId}`.as("user_id"), "roles.id as role_id"])
        .where("roles.name", "=", ADMINISTRATOR_ROLE),
    );
  return { query, expect: 1 };
}

// The code has 256 random bits, so a plain hash cannot be guessed back.
function hashCode(code: string): Buffer {
  return createHash("sha256").update(code).digest();
}
