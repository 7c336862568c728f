// Administration of roles: /auth/admin/roles. The gate stands in front of all of /auth/admin.

import { z } from "@hono/zod-openapi";
import { type App, bearer, createRoutes, defineRoute, jsonAnswer, jsonBody } from "../http/app.ts";
import { DEFAULT_PAGE_SIZE, pageOf, pageQuery, pageSchema } from "../http/page.ts";
import { actorOf } from "./actor.ts";
import { type GrantContext, changeRole, createRole, loadRole, removeRole } from "./change-roles.ts";
import { grantNameSchema, MAX_DESCRIPTION_LENGTH, MAX_PERMISSIONS } from "./names.ts";
import { type Role, readRoles } from "./read-roles.ts";

const roleSchema = z
  .object({
    name: z.string(),
    description: z.string().nullable(),
    permissions: z.array(z.string()),
    requires_mfa: z.boolean().openapi({
      description: "Whether whoever has the role signs in with a second factor",
    }),
    created_at: z.iso.datetime(),
  })
  .openapi("Role");

const description = z.string().max(MAX_DESCRIPTION_LENGTH).nullable().optional();
const permissions = z.array(grantNameSchema).max(MAX_PERMISSIONS);
const params = z.object({ role: grantNameSchema });
const tags = ["administration"];
const role = { description: "The role", content: { "application/json": { schema: roleSchema } } };

/** Routes of roles. */
export function roleRoutes(context: GrantContext): App {
  const routes = createRoutes();
  const { database } = context;

  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/admin/roles",
      summary: "Roles by name",
      tags,
      security: bearer,
      request: { query: z.strictObject(pageQuery) },
      responses: { 200: jsonAnswer(pageSchema(roleSchema), "A page of roles") },
    }),
    async (c) => {
      const { limit = DEFAULT_PAGE_SIZE, after } = c.req.valid("query");
      const rows = await readRoles(database, { limit: limit + 1, after });
      return c.json(pageOf(rows, limit, roleAnswer, (row) => row.name));
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/admin/roles",
      summary: "Create a role",
      tags,
      security: bearer,
      request: {
        body: jsonBody(
          z.strictObject({
            name: grantNameSchema,
            description,
            permissions: permissions.optional(),
            requires_mfa: z.boolean().optional().openapi({ description: "Default: false" }),
          }),
        ),
      },
      responses: { 201: role },
    }),
    async (c) => {
      const { requires_mfa: requiresMfa, ...input } = c.req.valid("json");
      await createRole(context, { ...input, requiresMfa }, actorOf(c));
      return c.json(roleAnswer(await loadRole(database, input.name)), 201);
    },
  );

  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/admin/roles/{role}",
      summary: "One role",
      tags,
      security: bearer,
      request: { params },
      responses: { 200: role },
    }),
    async (c) => c.json(roleAnswer(await loadRole(database, c.req.valid("param").role))),
  );

  routes.openapi(
    defineRoute({
      method: "patch",
      path: "/auth/admin/roles/{role}",
      summary: "Change a role; tokens from before are taken back",
      tags,
      security: bearer,
      request: {
        params,
        body: jsonBody(
          z.strictObject({
            description,
            permissions: permissions.optional(),
            requires_mfa: z.boolean().optional(),
          }),
        ),
      },
      responses: { 200: role },
    }),
    async (c) => {
      const { role: name } = c.req.valid("param");
      const { requires_mfa: requiresMfa, ...input } = c.req.valid("json");
      await changeRole(context, name, { ...input, requiresMfa }, actorOf(c));
      return c.json(roleAnswer(await loadRole(database, name)));
    },
  );

  routes.openapi(
    defineRoute({
      method: "delete",
      path: "/auth/admin/roles/{role}",
      summary: "Remove a role from everybody; tokens that carry it are taken back",
      tags,
      security: bearer,
      request: { params },
      responses: { 204: { description: "Removed" } },
    }),
    async (c) => {
      await removeRole(context, c.req.valid("param").role, actorOf(c));
      return c.body(null, 204);
    },
  );

  return routes;
}

function roleAnswer(row: Role): z.infer<typeof roleSchema> {
  return {
    name: row.name,
    description: row.description,
    permissions: [...row.permissions],
    requires_mfa: row.requiresMfa,
    created_at: new Date(row.createdAt).toISOString(),
  };
}
