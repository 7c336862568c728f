// POST /auth/refresh and POST /auth/logout. The list of sessions is in list-routes.ts.

import { z } from "@hono/zod-openapi";
import { ATTEMPT_KEY_HEADER, REQUEST_MARK_HEADER, SETTLED_KEYS_HEADER } from "@latchkey/protocol";
import {
  type App,
  bearer,
  createRoutes,
  defineRoute,
  jsonAnswer,
  optionalJsonBody,
  parseBySchema,
  problems,
  type RequestFacts,
} from "../http/app.ts";
import { type OriginPolicy, requireSameOrigin } from "../http/csrf.ts";
import { type DirectRoute, type PlainAnswer, plainResponse } from "../http/direct.ts";
import { Refusal } from "../http/refusal.ts";
import type { AuthenticatorOptions } from "../tokens/authenticate.ts";
import { refreshAnswer, signOutAnswer } from "./answer.ts";
import { type AttemptKeys, parseAttemptKeys } from "./attempt-key.ts";
import { sessionListRoutes } from "./list-routes.ts";
import type { PresentedTokens } from "./renew.ts";
import type { Sessions } from "./session-service.ts";
import { signOut } from "./sign-out.ts";
import { refreshCookies, requireBodyTransport } from "./transport.ts";

/** What the routes of sessions need. */
export interface SessionRoutesDeps extends AuthenticatorOptions {
  readonly sessions: Sessions;
  readonly originPolicy: OriginPolicy;
}

const REFRESH_PATH = "/auth/refresh";

const tags = ["sessions"];
const tokenBody = z.strictObject({ refresh_token: z.string().optional() });

const refreshSchema = z
  .object({
    access_token: z.string(),
    token_type: z.literal("Bearer"),
    expires_in: z.int(),
    refresh_token: z.string().optional(),
    refresh_generation: z.int().optional(),
    rotated: z.boolean(),
  })
  .openapi("Renewal");

/** Routes of sessions. */
export function sessionRoutes(deps: SessionRoutesDeps): App {
  const { issuer } = deps;
  const routes = createRoutes();

  routes.openapi(
    defineRoute({
      method: "post",
      path: REFRESH_PATH,
      summary: "Renew a session by its refresh token, from the body or the cookie",
      tags,
      request: { body: optionalJsonBody(tokenBody) },
      responses: { 200: jsonAnswer(refreshSchema, "Fresh tokens"), ...problems(401, 403, 409) },
    }),
    async (c) => plainResponse(await renew(deps, c.req.raw, c.req.valid("json"), c.env)),
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/logout",
      summary: "Sign out: by refresh token, by cookie or by access token",
      tags,
      security: [{}, ...bearer],
      request: { body: optionalJsonBody(tokenBody) },
      responses: { 204: { description: "Signed out; also when it was already" } },
    }),
    async (c) => {
      const { clearsCookies } = await signOut(deps, {
        request: c.req.raw,
        refreshToken: c.req.valid("json").refresh_token,
        address: c.get("address"),
        userAgent: c.req.header("User-Agent") ?? null,
        now: c.get("now"),
      });
      return signOutAnswer(clearsCookies ? issuer : null);
    },
  );

  routes.route("/", sessionListRoutes(deps));
  return routes;
}

/** The same renewal, without the way through the route table. */
export function directRenewal(deps: SessionRoutesDeps): DirectRoute {
  return {
    method: "POST",
    path: REFRESH_PATH,
    answer: (request, body, facts) => renew(deps, request, parseBySchema(tokenBody, body), facts),
  };
}

async function renew(
  deps: SessionRoutesDeps,
  request: Request,
  { refresh_token: refreshToken }: z.infer<typeof tokenBody>,
  { address, now }: RequestFacts,
): Promise<PlainAnswer> {
  const renewal = await deps.sessions.renew({
    presented: presentedTokens(deps, request, refreshToken),
    attemptKeys: attemptKeysOf(request),
    address,
    userAgent: request.headers.get("User-Agent"),
    now,
  });
  return refreshAnswer(deps.issuer, renewal);
}

function presentedTokens(
  deps: SessionRoutesDeps,
  request: Request,
  refreshToken: string | undefined,
): PresentedTokens {
  if (refreshToken !== undefined) {
    requireBodyTransport(request);
    return { transport: "body", tokens: [refreshToken] };
  }
  const tokens = refreshCookies(request, deps.issuer);
  // A script of a page hears that it is on another site, from where no cookie would ever come.
  const isMarked = request.headers.has(REQUEST_MARK_HEADER);
  if (tokens.length > 0 || isMarked) requireSameOrigin(request, deps.originPolicy);
  if (tokens.length === 0) throw new Refusal("refresh_token_required");
  return { transport: "cookie", tokens };
}

function attemptKeysOf(request: Request): AttemptKeys {
  const keys = parseAttemptKeys(
    request.headers.get(ATTEMPT_KEY_HEADER),
    request.headers.get(SETTLED_KEYS_HEADER),
  );
  if (keys !== undefined) return keys;
  throw new Refusal("invalid_request", {
    errors: [
      {
        path: `${ATTEMPT_KEY_HEADER}, ${SETTLED_KEYS_HEADER}`,
        message: "a key is 32 bytes in base64url; at most four are settled",
      },
    ],
  });
}
