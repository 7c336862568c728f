// Administration of clients: /auth/admin/clients. A secret is in one answer only, that of the
// request that made it.

import { z } from "@hono/zod-openapi";
import { actorOf } from "../authorization/actor.ts";
import { type App, bearer, createRoutes, defineRoute, jsonAnswer, jsonBody } from "../http/app.ts";
import { DEFAULT_PAGE_SIZE, pageOf, pageQuery, pageSchema } from "../http/page.ts";
import {
  type ClientContext,
  type ClientWithSecret,
  createClient,
  deleteClient,
  loadClient,
  rotateClientSecret,
  suspendClient,
} from "./change-clients.ts";
import { type Client, readClients } from "./client.ts";

/** Characters of a client's name. */
export const MAX_CLIENT_NAME = 100;

/** Audiences of a client, at most. */
export const MAX_CLIENT_AUDIENCES = 16;

const clientSchema = z
  .object({
    id: z.string(),
    kind: z.enum(["guard", "service"]),
    name: z.string(),
    audience: z.array(z.string()).openapi({ description: "Empty: the server's own" }),
    suspended: z.boolean(),
    created_at: z.iso.datetime(),
    secret_changed_at: z.iso.datetime(),
  })
  .openapi("Client");
const withSecretSchema = clientSchema
  .extend({ secret: z.string().openapi({ description: "Shown once; only its hash is kept" }) })
  .openapi("ClientWithSecret");
const params = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{22}$/) });
const tags = ["administration"];

/** Routes of clients. */
export function clientAdminRoutes(context: ClientContext): App {
  const routes = createRoutes();
  const { database } = context;

  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/admin/clients",
      summary: "Clients by id",
      tags,
      security: bearer,
      request: { query: z.strictObject(pageQuery) },
      responses: { 200: jsonAnswer(pageSchema(clientSchema), "A page of clients") },
    }),
    async (c) => {
      const { limit = DEFAULT_PAGE_SIZE, after } = c.req.valid("query");
      const rows = await readClients(database, { limit: limit + 1, after });
      return c.json(pageOf(rows, limit, clientAnswer, (row) => row.id));
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/admin/clients",
      summary: "Create a client; its secret is in this answer only",
      tags,
      security: bearer,
      request: {
        body: jsonBody(
          z.strictObject({
            kind: z.enum(["guard", "service"]),
            name: z.string().trim().min(1).max(MAX_CLIENT_NAME),
            audience: z.array(z.string().min(1).max(512)).max(MAX_CLIENT_AUDIENCES).optional(),
          }),
        ),
      },
      responses: {
        201: {
          description: "The client and its secret",
          content: { "application/json": { schema: withSecretSchema } },
        },
      },
    }),
    async (c) => {
      const { kind, name, audience = [] } = c.req.valid("json");
      return c.json(
        secretAnswer(await createClient(context, { kind, name, audience }, actorOf(c))),
        201,
      );
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/admin/clients/{id}/secret",
      summary: "Give a client a new secret; the old one is good no more",
      tags,
      security: bearer,
      request: { params },
      responses: { 200: jsonAnswer(withSecretSchema, "The client and its new secret") },
    }),
    async (c) =>
      c.json(secretAnswer(await rotateClientSecret(context, c.req.valid("param").id, actorOf(c)))),
  );

  routes.openapi(
    defineRoute({
      method: "patch",
      path: "/auth/admin/clients/{id}",
      summary: "Suspend a client, or let it act again",
      tags,
      security: bearer,
      request: { params, body: jsonBody(z.strictObject({ suspended: z.boolean() })) },
      responses: { 200: jsonAnswer(clientSchema, "The client") },
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      await suspendClient(context, id, c.req.valid("json").suspended, actorOf(c));
      return c.json(clientAnswer(await loadClient(database, id)));
    },
  );

  routes.openapi(
    defineRoute({
      method: "delete",
      path: "/auth/admin/clients/{id}",
      summary: "Delete a client",
      tags,
      security: bearer,
      request: { params },
      responses: { 204: { description: "Deleted" } },
    }),
    async (c) => {
      await deleteClient(context, c.req.valid("param").id, actorOf(c));
      return c.body(null, 204);
    },
  );
  return routes;
}

function clientAnswer(client: Client): z.infer<typeof clientSchema> {
  return {
    id: client.id,
    kind: client.kind,
    name: client.name,
    audience: [...client.audience],
    suspended: client.suspendedAt !== null,
    created_at: new Date(client.createdAt).toISOString(),
    secret_changed_at: new Date(client.secretChangedAt).toISOString(),
  };
}

function secretAnswer({ client, secret }: ClientWithSecret): z.infer<typeof withSecretSchema> {
  return { ...clientAnswer(client), secret };
}
