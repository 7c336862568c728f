// What every request that signs somebody in has in common: how the refresh token is to be kept,
// which pages may ask, and what is answered.

import { z } from "@hono/zod-openapi";
import { PROBLEM_MEDIA_TYPE, type Transport } from "@latchkey/protocol";
import { problemSchema } from "../http/app.ts";
import { type OriginPolicy, requireOrigin } from "../http/csrf.ts";
import { requireBodyTransport } from "../sessions/transport.ts";
import { userSchema } from "./user-answer.ts";

/** Members of the body of a sign-in. */
export const signInMembers = {
  transport: z.enum(["body", "cookie"]).optional(),
  remember: z.boolean().optional().openapi({
    description: "False: the session ends with the browser, or when idle for hours. Default: true",
  }),
} as const;

/** What a sign-in answers, for the API document. */
export const loginAnswerSchema = z
  .object({
    access_token: z.string(),
    token_type: z.literal("Bearer"),
    expires_in: z.int().openapi({ description: "Seconds" }),
    refresh_token: z.string().optional().openapi({ description: "Body transport only" }),
    refresh_generation: z.int().optional().openapi({ description: "Body transport only" }),
    user: userSchema,
    recovery_codes: z
      .array(z.string())
      .optional()
      .openapi({ description: "Only when a second factor was set up with this sign-in" }),
  })
  .openapi("Login");

/** The refusal of a first step, for the API document: what the second one needs is in it. */
export const firstStepProblem = {
  403: {
    description: "Refused; or `mfa_required`, `mfa_enrolment_required`: go on with `mfa_token`",
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: problemSchema
          .extend({
            mfa_token: z.string().optional().openapi({
              description: "For POST /auth/login/mfa; opens nothing by itself",
            }),
            factors: z.array(z.enum(["totp", "passkey", "recovery_code"])).optional(),
            expires_in: z.int().optional().openapi({ description: "Seconds" }),
          })
          .openapi("FirstStepProblem"),
      },
    },
  },
} as const;

/**
 * Refuses a sign-in from where it may not come.
 *
 * Login CSRF: a foreign page must not sign its visitor in to an account of its own. Browsers name
 * the origin; what names none is not a browser, and JSON has forced a preflight anyway.
 *
 * @throws Refusal `origin_refused`, `transport_refused`
 */
export function checkSignInTransport(
  request: Request,
  transport: Transport,
  policy: OriginPolicy,
): void {
  if (transport === "body") {
    requireBodyTransport(request);
    return;
  }
  const isBrowser = request.headers.has("Origin") || request.headers.has("Sec-Fetch-Site");
  if (isBrowser) requireOrigin(request, policy);
}
