// Administrative changes of users. Which handle each retires and which sessions it ends is the
// table in the design, section 4: what changes a user's standing is one write, with the ledger's
// entry as its end.

import { createIdentifier } from "@latchkey/protocol";
import type { UpdateQueryBuilder, UpdateResult } from "kysely";
import { auditEvent } from "../audit/audit-event.ts";
import type { Actor } from "../authorization/actor.ts";
import {
  ADMINISTRATOR_CHANGE,
  administratorRemains,
  hasAdministrator,
} from "../authorization/administrators.ts";
import { type ChangeContext, type GrantContext, loadRole } from "../authorization/change-roles.ts";
import { ADMIN_PERMISSION, MAX_USER_ROLES } from "../authorization/names.ts";
import type { Role } from "../authorization/read-roles.ts";
import { retryConflict } from "../authorization/retry-conflict.ts";
import { voidCodesStep } from "../codes/check-code.ts";
import { Refusal } from "../http/refusal.ts";
import type { Post } from "../mail/post.ts";
import { hideOrigin } from "../mail/templates/mail-facts.ts";
import { endAllSessionsSteps } from "../sessions/end-session.ts";
import type { Database, Step } from "../storage/database.ts";
import type { Schema } from "../storage/schema.ts";
import { WriteConflict, writeAll } from "../storage/write.ts";
import { readSubject, type SignInSubject, type Subject } from "../tokens/subject.ts";
import { takenRefusal, takenValue } from "./create-user.ts";

/** Reads a user. @throws Refusal `not_found` */
export async function loadSubject(database: Database, id: string): Promise<SignInSubject> {
  const subject = await readSubject(database, { id });
  if (subject === undefined) throw new Refusal("not_found");
  return subject;
}

/** A role of a user. */
export interface Grant {
  readonly userId: string;
  /** Its name. */
  readonly role: string;
}

/** What is said about a user, not what the user may do: no token depends on it. */
export interface ProfileInput {
  readonly name?: string | null | undefined;
  readonly username?: string | null | undefined;
  readonly emailVerified?: boolean | undefined;
}

/**
 * Changes a profile.
 *
 * @throws Refusal `not_found`, `username_taken`
 */
export async function changeProfile(
  database: Database,
  userId: string,
  input: ProfileInput,
  actor: Actor,
): Promise<void> {
  const { name, username, emailVerified } = input;
  const query = database.query
    .updateTable("users")
    .set({
      ...(name === undefined ? {} : { name }),
      ...(username === undefined ? {} : { username }),
      ...(emailVerified === undefined ? {} : { email_verified: emailVerified ? 1 : 0 }),
      updated_at: actor.now,
    })
    .where("id", "=", userId);
  const outcome = await database.write([
    { query, expect: 1 },
    auditUser(database, "user.changed", userId, actor),
  ]);
  if (outcome.committed) return;
  if (outcome.reason === "row-count") throw new Refusal("not_found");
  const taken = takenValue(outcome);
  throw taken === undefined ? new WriteConflict(outcome) : takenRefusal(taken);
}

/**
 * Disables a user, or enables one again. Disabling retires the user's handle and ends all sessions.
 *
 * @throws Refusal `not_found`, `last_administrator`
 */
export function setDisabled(
  { database, retire }: ChangeContext,
  userId: string,
  isDisabled: boolean,
  actor: Actor,
): Promise<void> {
  return retryConflict(async () => {
    const subject = await loadSubject(database, userId);
    if ((subject.disabledAt !== null) === isDisabled) {
      // Whoever asked for the deletion of the account cannot bring it back against an administrator.
      if (isDisabled)
        await writeAll(database, [voidCodesStep(database, { userId, ...CANCELLING })]);
      return;
    }
    if (!isDisabled) {
      const changes = { disabled_at: null, delete_at: null, updated_at: actor.now };
      await writeAll(database, [
        { query: updateOf(database, subject, changes), expect: 1 },
        auditUser(database, "user.enabled", userId, actor),
      ]);
      return;
    }
    const isAdmin = subject.permissions.includes(ADMIN_PERMISSION);
    if (isAdmin && !(await hasAdministrator(database, { userId }))) {
      throw new Refusal("last_administrator");
    }
    const update = renewHandle(database, subject, {
      disabled_at: actor.now,
      updated_at: actor.now,
    });
    await writeAll(database, [
      {
        query: isAdmin ? update.where(administratorRemains({ userId })) : update,
        expect: 1,
        alone: ADMINISTRATOR_CHANGE,
      },
      ...endAllSessionsSteps(database, userId, { reason: "user_disabled" }),
      auditUser(database, "user.disabled", userId, actor),
      ...retire([subject.handle], actor.now),
    ]);
  });
}

/**
 * Sets a password that an administrator chose: whoever held the account before is out, and its owner
 * is told, since an administrator's account can be somebody else's too.
 *
 * @param passwordHash - PHC string
 * @throws Refusal `not_found`
 */
export async function setPassword(
  { database, retire, post }: ChangeContext & { readonly post: Post },
  userId: string,
  passwordHash: string,
  actor: Actor,
): Promise<void> {
  const { email } = await retryConflict(async () => {
    const subject = await loadSubject(database, userId);
    const changes = {
      password_hash: passwordHash,
      password_needs_factor: 0,
      updated_at: actor.now,
    };
    await writeAll(database, [
      { query: renewHandle(database, subject, changes), expect: 1 },
      ...endAllSessionsSteps(database, userId, { reason: "password_changed" }),
      auditUser(database, "user.password_set", userId, actor),
      ...retire([subject.handle], actor.now),
    ]);
    return subject;
  });
  post.send("password_set", { from: hideOrigin(actor) }, { email, userId });
}

/**
 * Gives a user a role; nothing happens when the user has it. Retires the user's handle, so tokens
 * that lack the role are renewed.
 *
 * @throws Refusal `not_found`, `token_too_large`, `invalid_request` when the user has too many roles
 */
export function assignRole(
  { database, retire, requireTokenFit }: GrantContext,
  grant: Grant,
  actor: Actor,
): Promise<void> {
  return retryConflict(async () => {
    const { subject, role, isHeld } = await loadGrant(database, grant);
    if (isHeld) return;
    if (subject.roles.length >= MAX_USER_ROLES) {
      throw new Refusal("invalid_request", {
        detail: `A user has at most ${MAX_USER_ROLES} roles.`,
      });
    }
    requireTokenFit({
      roles: [...subject.roles.map((held) => held.name), role.name],
      permissions: [...new Set([...subject.permissions, ...role.permissions])],
    });
    const insert = database.query
      .insertInto("user_roles")
      .values({ user_id: subject.id, role_id: role.id });
    await writeAll(database, [
      { query: renewHandle(database, subject, { updated_at: actor.now }), expect: 1 },
      { query: insert, expect: 1 },
      auditUser(database, "user.role_given", subject.id, actor, role.name),
      ...retire([subject.handle], actor.now),
    ]);
  });
}

/**
 * Takes a role from a user and retires the user's handle.
 *
 * @throws Refusal `not_found` when the user does not have it, `last_administrator`
 */
export function unassignRole(
  { database, retire }: ChangeContext,
  grant: Grant,
  actor: Actor,
): Promise<void> {
  return retryConflict(async () => {
    const { subject, role, isHeld } = await loadGrant(database, grant);
    if (!isHeld) throw new Refusal("not_found");
    const taken = { userId: subject.id, roleId: role.id };
    const isAdmin = subject.disabledAt === null && role.permissions.includes(ADMIN_PERMISSION);
    if (isAdmin && !(await hasAdministrator(database, taken))) {
      throw new Refusal("last_administrator");
    }
    const update = renewHandle(database, subject, { updated_at: actor.now });
    const remove = database.query
      .deleteFrom("user_roles")
      .where("user_id", "=", subject.id)
      .where("role_id", "=", role.id);
    await writeAll(database, [
      {
        query: isAdmin ? update.where(administratorRemains(taken)) : update,
        expect: 1,
        alone: ADMINISTRATOR_CHANGE,
      },
      { query: remove, expect: 1 },
      auditUser(database, "user.role_taken", subject.id, actor, role.name),
      ...retire([subject.handle], actor.now),
    ]);
  });
}

async function loadGrant(
  database: Database,
  { userId, role: name }: Grant,
): Promise<{ readonly subject: Subject; readonly role: Role; readonly isHeld: boolean }> {
  const [subject, role] = await Promise.all([
    loadSubject(database, userId),
    loadRole(database, name),
  ]);
  return { subject, role, isHeld: subject.roles.some((held) => held.id === role.id) };
}

const CANCELLING = { purposes: ["cancel_deletion"] } as const;

type UserChanges = Partial<{
  disabled_at: number | null;
  delete_at: null;
  password_hash: string;
  updated_at: number;
}>;

type UserUpdate = UpdateQueryBuilder<Schema, "users", "users", UpdateResult>;

/** Changes a user who is still the one that was read. */
function updateOf(database: Database, subject: Subject, changes: UserChanges): UserUpdate {
  return database.query
    .updateTable("users")
    .set(changes)
    .where("id", "=", subject.id)
    .where("handle", "=", subject.handle);
}

/** The same, with a new handle for the tokens to come. */
function renewHandle(database: Database, subject: Subject, changes: UserChanges): UserUpdate {
  return updateOf(database, subject, changes).set({ handle: createIdentifier() });
}

/** The event of a change of a user. */
export function auditUser(
  database: Database,
  kind: string,
  userId: string,
  actor: Actor,
  role?: string,
): Step {
  return auditEvent(database, {
    ...actor,
    kind,
    outcome: "success",
    userId,
    ...(role === undefined ? {} : { detail: { role } }),
  });
}
