// The routes of proving a factor again in a session that lives. RFC 9470.

import { z } from "@hono/zod-openapi";
import { assertionSchema } from "../credentials/passkeys/client-data.ts";
import {
  type App,
  bearer,
  createRoutes,
  defineRoute,
  jsonAnswer,
  jsonBody,
  problems,
} from "../http/app.ts";
import { accessAnswer } from "../sessions/answer.ts";
import type { Authenticate } from "../tokens/authenticate.ts";
import { ceremonyAnswerSchema, ceremonySchema, totpSchema } from "./routes.ts";
import { signingInFrom } from "./signing-in.ts";
import { beginPasskeyStepUp, stepUp, type StepUpContext } from "./step-up.ts";

/** An access token by itself. */
export const accessSchema = z
  .object({ access_token: z.string(), token_type: z.literal("Bearer"), expires_in: z.int() })
  .openapi("AccessToken");

const tags = ["account"];

/** Characters of a password field: generous, since the policy judges bytes after the work. */
const MAX_PASSWORD_CHARACTERS = 16_384;

const proofSchema = z.union([
  z.strictObject({ password: z.string().max(MAX_PASSWORD_CHARACTERS) }),
  z.strictObject({ totp: totpSchema }),
  z.strictObject({ passkey: assertionSchema, ceremony: ceremonySchema }),
]);

/** The routes of a step-up. */
export function stepUpRoutes(
  context: StepUpContext & { readonly authenticate: Authenticate },
): App {
  const routes = createRoutes();
  const { authenticate } = context;

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/step-up",
      summary: "Prove a factor again: auth_time becomes now, amr gains what was proved",
      description:
        "An account with a second factor steps up with that; a password alone would pass it by.",
      tags,
      security: bearer,
      request: { body: jsonBody(proofSchema) },
      responses: { 200: jsonAnswer(accessSchema, "Proved"), ...problems(409, 429) },
    }),
    async (c) => {
      const from = signingInFrom(c);
      const principal = await authenticate(c.req.raw, from.now);
      return accessAnswer(await stepUp(context, principal, c.req.valid("json"), from));
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/step-up/passkey-options",
      summary: "Begin a step-up with a passkey",
      tags,
      security: bearer,
      responses: { 200: jsonAnswer(ceremonyAnswerSchema, "The ceremony"), ...problems(409, 429) },
    }),
    async (c) => {
      const from = signingInFrom(c);
      const principal = await authenticate(c.req.raw, from.now);
      const ceremony = await beginPasskeyStepUp(context, principal, from);
      return c.json(ceremony, 200, { "Cache-Control": "no-store" });
    },
  );

  return routes;
}
