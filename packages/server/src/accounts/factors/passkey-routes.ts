// The routes of one's own passkeys: /auth/me/passkeys.

import { z } from "@hono/zod-openapi";
import { isIdentifier } from "@latchkey/protocol";
import { attestationSchema } from "../../credentials/passkeys/client-data.ts";
import {
  beginRegistration,
  finishRegistration,
} from "../../credentials/passkeys/register-passkey.ts";
import { MAX_PASSKEY_NAME, renamePasskey } from "../../credentials/passkeys/stored-passkeys.ts";
import {
  type App,
  bearer,
  createRoutes,
  defineRoute,
  jsonAnswer,
  jsonBody,
  problems,
} from "../../http/app.ts";
import { Refusal } from "../../http/refusal.ts";
import { nameDevice } from "../../http/device.ts";
import { ceremonyAnswerSchema, ceremonySchema } from "../../sign-in/routes.ts";
import { callerOf } from "../caller.ts";
import { deletePasskey, savePasskey } from "./change-factors.ts";
import { passkeyAnswer, passkeySchema } from "./passkey-answer.ts";
import {
  changedSchema,
  type FactorRoutesContext,
  findOwner,
  NO_STORE,
  requireOwner,
} from "./routes.ts";

const tags = ["account"];

const passkeyName = z
  .string()
  .trim()
  .min(1)
  .max(MAX_PASSKEY_NAME)
  .refine((text) => !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(text), "Holds a control character")
  .openapi({ type: "string", example: "Phone" });

const params = z.object({ id: z.string().refine(isIdentifier) });

/** The routes of one's own passkeys. */
export function passkeyRoutes(context: FactorRoutesContext): App {
  const routes = createRoutes();
  const { database, guessing } = context;

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/me/passkeys/options",
      summary: "Begin the registration of a passkey",
      tags,
      security: bearer,
      responses: { 200: jsonAnswer(ceremonyAnswerSchema, "The ceremony"), ...problems(409, 429) },
    }),
    async (c) => {
      const { subject } = await requireOwner(c, context);
      await guessing.count("ceremony", { ...callerOf(c), name: subject.id });
      return c.json(await beginRegistration(context, subject, c.get("now")), 200, NO_STORE);
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/me/passkeys",
      summary: "Register a passkey; all other sessions end",
      tags,
      security: bearer,
      request: {
        body: jsonBody(
          z.strictObject({
            ceremony: ceremonySchema,
            credential: attestationSchema,
            name: passkeyName.optional().openapi({ description: "Default: the device" }),
          }),
        ),
      },
      responses: {
        201: jsonAnswer(passkeySchema.extend(changedSchema.shape), "Registered"),
        ...problems(409),
      },
    }),
    async (c) => {
      // Who began it proved a factor then; a ceremony is its beginner's.
      const owner = await findOwner(c, context);
      const { ceremony, credential, name } = c.req.valid("json");
      const from = callerOf(c);
      const checked = await finishRegistration(context, owner.subject, {
        ceremony,
        credential,
        name: name ?? nameDevice(from.userAgent) ?? "Passkey",
        now: from.now,
      });
      const { passkey, changed } = await savePasskey(context, owner, checked, from);
      return c.json({ ...passkeyAnswer(passkey), ...changed }, 201, NO_STORE);
    },
  );

  routes.openapi(
    defineRoute({
      method: "patch",
      path: "/auth/me/passkeys/{id}",
      summary: "Rename a passkey",
      tags,
      security: bearer,
      request: { params, body: jsonBody(z.strictObject({ name: passkeyName })) },
      responses: { 204: { description: "Renamed" } },
    }),
    async (c) => {
      const { subject } = await findOwner(c, context);
      const { id } = c.req.valid("param");
      const step = renamePasskey(database, { id, userId: subject.id }, c.req.valid("json").name);
      const outcome = await database.write([step]);
      if (!outcome.committed) throw new Refusal("not_found");
      return c.body(null, 204);
    },
  );

  routes.openapi(
    defineRoute({
      method: "delete",
      path: "/auth/me/passkeys/{id}",
      summary: "Remove a passkey; all other sessions end",
      tags,
      security: bearer,
      request: { params },
      responses: { 200: jsonAnswer(changedSchema, "Removed"), ...problems(409) },
    }),
    async (c) => {
      const owner = await requireOwner(c, context);
      const { id } = c.req.valid("param");
      return c.json(await deletePasskey(context, owner, id, callerOf(c)), 200, NO_STORE);
    },
  );

  return routes;
}
