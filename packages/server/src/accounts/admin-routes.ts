// Administration of users: /auth/admin/users. The gate stands in front of all of /auth/admin.

import { z } from "@hono/zod-openapi";
import { isIdentifier, type UserAnswer } from "@latchkey/protocol";
import { actorOf } from "../authorization/actor.ts";
import { type GrantContext, loadRole } from "../authorization/change-roles.ts";
import { grantNameSchema, MAX_USER_ROLES } from "../authorization/names.ts";
import type { PasswordHasher } from "../credentials/password-hash.ts";
import type { PasswordPolicy } from "../credentials/password-policy.ts";
import type { Guessing } from "../guessing/guessing.ts";
import {
  type App,
  bearer,
  createRoutes,
  defineRoute,
  jsonAnswer,
  jsonBody,
  problems,
} from "../http/app.ts";
import { DEFAULT_PAGE_SIZE, pageOf, pageQuery, pageSchema } from "../http/page.ts";
import type { Post } from "../mail/post.ts";
import { WriteConflict } from "../storage/write.ts";
import type { Subject } from "../tokens/subject.ts";
import {
  assignRole,
  auditUser,
  changeProfile,
  loadSubject,
  setDisabled,
  setPassword,
  unassignRole,
} from "./change-users.ts";
import { createUser, takenRefusal, takenValue } from "./create-user.ts";
import { deleteUser } from "./deletion/delete-user.ts";
import { emailSchema, nameSchema, passwordSchema, usernameSchema } from "./identity.ts";
import { MAX_SEARCH_LENGTH, readUsers, userCursor } from "./read-users.ts";
import { userAnswer, userSchema } from "../sign-in/user-answer.ts";

/** What the routes need. */
export interface AdminUserRoutesContext extends GrantContext {
  readonly hasher: PasswordHasher;
  readonly passwordPolicy: PasswordPolicy;
  readonly guessing: Guessing;
  readonly post: Post;
}

const adminUserSchema = userSchema.extend({ disabled: z.boolean() }).openapi("AdminUser");
const id = z.string().refine(isIdentifier).openapi({ minLength: 22, maxLength: 22 });
const user = jsonAnswer(adminUserSchema, "The user");
const done = { 204: { description: "Done" } };
const tags = ["administration"];

/** The administration of users. */
export function adminUserRoutes(context: AdminUserRoutesContext): App {
  const routes = createRoutes();
  const { database, hasher, passwordPolicy } = context;

  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/admin/users",
      summary: "Users, the oldest first",
      tags,
      security: bearer,
      request: {
        query: z.strictObject({
          ...pageQuery,
          email: emailSchema.optional(),
          username: usernameSchema.optional(),
          search: z.string().min(1).max(MAX_SEARCH_LENGTH).optional().openapi({
            description: "Any part of the address, the user name or the name",
          }),
          role: grantNameSchema.optional(),
          disabled: z
            .enum(["true", "false"])
            .transform((text) => text === "true")
            .optional()
            .openapi({ type: "boolean" }),
        }),
      },
      responses: { 200: jsonAnswer(pageSchema(adminUserSchema), "A page of users") },
    }),
    async (c) => {
      const { limit = DEFAULT_PAGE_SIZE, ...filter } = c.req.valid("query");
      const rows = await readUsers(database, { ...filter, limit: limit + 1 });
      return c.json(pageOf(rows, limit, adminUserAnswer, userCursor));
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/admin/users",
      summary: "Create a user",
      tags,
      security: bearer,
      request: {
        body: jsonBody(
          z.strictObject({
            email: emailSchema,
            password: passwordSchema,
            username: usernameSchema.optional(),
            name: nameSchema.optional(),
            email_verified: z.boolean().optional().openapi({ description: "Default: true" }),
            roles: z.array(grantNameSchema).max(MAX_USER_ROLES).optional(),
          }),
        ),
      },
      responses: { 201: user, ...problems(404, 409, 422) },
    }),
    async (c) => {
      const input = c.req.valid("json");
      const password = await passwordPolicy.check(input.password, input);
      const roles = await Promise.all(
        [...new Set(input.roles ?? [])].map((name) => loadRole(database, name)),
      );
      context.requireTokenFit({
        roles: roles.map(({ name }) => name),
        permissions: [...new Set(roles.flatMap(({ permissions }) => permissions))],
      });
      const created = createUser(
        database,
        {
          email: input.email,
          emailVerified: input.email_verified ?? true,
          username: input.username ?? null,
          name: input.name ?? null,
          passwordHash: await hasher.hash(password),
        },
        actorOf(c),
      );
      const outcome = await database.write([
        ...created.steps,
        ...roles.flatMap((role) => [
          {
            query: database.query
              .insertInto("user_roles")
              .values({ user_id: created.id, role_id: role.id }),
            expect: 1,
          },
          auditUser(database, "user.role_given", created.id, actorOf(c), role.name),
        ]),
      ]);
      if (!outcome.committed) {
        const taken = takenValue(outcome);
        throw taken === undefined ? new WriteConflict(outcome) : takenRefusal(taken);
      }
      return c.json(adminUserAnswer(await loadSubject(database, created.id)), 201);
    },
  );

  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/admin/users/{id}",
      summary: "One user",
      tags,
      security: bearer,
      request: { params: z.object({ id }) },
      responses: { 200: user },
    }),
    async (c) => c.json(adminUserAnswer(await loadSubject(database, c.req.valid("param").id))),
  );

  routes.openapi(
    defineRoute({
      method: "patch",
      path: "/auth/admin/users/{id}",
      summary: "Change a user; disabling ends all sessions and takes all tokens back",
      tags,
      security: bearer,
      request: {
        params: z.object({ id }),
        body: jsonBody(
          z.strictObject({
            disabled: z.boolean().optional(),
            email_verified: z.boolean().optional(),
            name: nameSchema.nullable().optional(),
            username: usernameSchema.nullable().optional(),
          }),
        ),
      },
      responses: { 200: user, ...problems(409) },
    }),
    async (c) => {
      const { disabled, email_verified: emailVerified, ...profile } = c.req.valid("json");
      const userId = c.req.valid("param").id;
      const actor = actorOf(c);
      const hasProfile = [emailVerified, ...Object.values(profile)].some((v) => v !== undefined);
      // Taking back comes first: it must not wait for a user name that is taken.
      if (disabled !== undefined) await setDisabled(context, userId, disabled, actor);
      if (hasProfile) await changeProfile(database, userId, { ...profile, emailVerified }, actor);
      return c.json(adminUserAnswer(await loadSubject(database, userId)));
    },
  );

  routes.openapi(
    defineRoute({
      method: "delete",
      path: "/auth/admin/users/{id}",
      summary: "Delete a user for good; of the audit log only identifiers stay",
      tags,
      security: bearer,
      request: { params: z.object({ id }) },
      responses: { ...done, ...problems(409) },
    }),
    async (c) => {
      await deleteUser(context, c.req.valid("param").id, actorOf(c));
      return c.body(null, 204);
    },
  );

  routes.openapi(
    defineRoute({
      method: "put",
      path: "/auth/admin/users/{id}/password",
      summary:
        "Set a password; ends all sessions, takes all tokens back, and tells the owner by mail",
      tags,
      security: bearer,
      request: {
        params: z.object({ id }),
        body: jsonBody(z.strictObject({ password: passwordSchema })),
      },
      responses: { ...done, ...problems(422) },
    }),
    async (c) => {
      const subject = await loadSubject(database, c.req.valid("param").id);
      // Lasts longer than any second factor that the user may have, so it must stand alone.
      const password = await passwordPolicy.check(c.req.valid("json").password, subject);
      await setPassword(context, subject.id, await hasher.hash(password), actorOf(c));
      await context.guessing.forget("password", subject.id);
      return c.body(null, 204);
    },
  );

  const grant = z.object({ id, role: grantNameSchema });

  routes.openapi(
    defineRoute({
      method: "put",
      path: "/auth/admin/users/{id}/roles/{role}",
      summary: "Give a role; takes the user's tokens back, sessions live",
      tags,
      security: bearer,
      request: { params: grant },
      responses: done,
    }),
    async (c) => {
      const { id: userId, role } = c.req.valid("param");
      await assignRole(context, { userId, role }, actorOf(c));
      return c.body(null, 204);
    },
  );

  routes.openapi(
    defineRoute({
      method: "delete",
      path: "/auth/admin/users/{id}/roles/{role}",
      summary: "Take a role; takes the user's tokens back, sessions live",
      tags,
      security: bearer,
      request: { params: grant },
      responses: { ...done, ...problems(409) },
    }),
    async (c) => {
      const { id: userId, role } = c.req.valid("param");
      await unassignRole(context, { userId, role }, actorOf(c));
      return c.body(null, 204);
    },
  );

  return routes;
}

function adminUserAnswer(subject: Subject): UserAnswer & { readonly disabled: boolean } {
  return { ...userAnswer(subject), disabled: subject.disabledAt !== null };
}
