// POST /auth/refresh, POST /auth/logout, GET /auth/sessions, DELETE /auth/sessions/{id}.

import { z } from "@hono/zod-openapi";
import {
  ATTEMPT_KEY_HEADER,
  isIdentifier,
  type SessionAnswer,
  SETTLED_KEYS_HEADER,
} from "@latchkey/protocol";
import {
  type App,
  bearer,
  createRoutes,
  defineRoute,
  jsonAnswer,
  optionalJsonBody,
  problems,
} from "../http/app.ts";
import { type OriginPolicy, requireSameOrigin } from "../http/csrf.ts";
import { pageSchema } from "../http/page.ts";
import { Refusal } from "../http/refusal.ts";
import { type AuthenticatorOptions, createAuthenticator } from "../tokens/authenticate.ts";
import { refreshAnswer, signOutAnswer } from "./answer.ts";
import { type AttemptKeys, parseAttemptKeys } from "./attempt-key.ts";
import {
  formatSessionCursor,
  type ListedSession,
  parseSessionCursor,
  type SessionCursor,
} from "./list-sessions.ts";
import type { PresentedTokens } from "./renew.ts";
import type { Sessions } from "./session-service.ts";
import { signOut } from "./sign-out.ts";
import { refreshCookies, requireBodyTransport } from "./transport.ts";

/** What the routes of sessions need. */
export interface SessionRoutesDeps extends AuthenticatorOptions {
  readonly sessions: Sessions;
  readonly originPolicy: OriginPolicy;
}

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

const sessionSchema = z
  .object({
    id: z.string(),
    device: z.string().nullable(),
    created_at: z.iso.datetime(),
    last_seen_at: z.iso.datetime(),
    current: z.boolean(),
  })
  .openapi("Session");

/** Routes of sessions. */
export function sessionRoutes(deps: SessionRoutesDeps): App {
  const { sessions, issuer } = deps;
  const authenticate = createAuthenticator(deps);
  const routes = createRoutes();

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/refresh",
      summary: "Renew a session by its refresh token, from the body or the cookie",
      tags,
      request: { body: optionalJsonBody(tokenBody) },
      responses: { 200: jsonAnswer(refreshSchema, "Fresh tokens"), ...problems(401, 403, 409) },
    }),
    async (c) => {
      const renewal = await sessions.renew({
        presented: presentedTokens(deps, c.req.raw, c.req.valid("json").refresh_token),
        attemptKeys: attemptKeysOf(c.req.raw),
        address: c.get("address"),
        userAgent: c.req.header("User-Agent") ?? null,
        now: c.get("now"),
      });
      return refreshAnswer(issuer, renewal);
    },
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

  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/sessions",
      summary: "One's own live sessions, newest first",
      tags,
      security: bearer,
      request: { query: z.strictObject({ after: z.string().max(64).optional() }) },
      responses: {
        200: jsonAnswer(pageSchema(sessionSchema), "A page of sessions"),
      },
    }),
    async (c) => {
      const principal = await authenticate(c.req.raw, c.get("now"));
      const { after } = c.req.valid("query");
      const page = await sessions.list(principal.subject, parseAfter(after));
      return c.json(
        {
          items: page.items.map((item) => sessionAnswer(item, principal.sessionId)),
          next: page.next === null ? null : formatSessionCursor(page.next),
        },
        200,
        { "Cache-Control": "no-store" },
      );
    },
  );

  routes.openapi(
    defineRoute({
      method: "delete",
      path: "/auth/sessions/{id}",
      summary: "End one of one's own sessions",
      tags,
      security: bearer,
      request: { params: z.object({ id: z.string().refine(isIdentifier) }) },
      responses: { 204: { description: "Ended" } },
    }),
    async (c) => {
      const principal = await authenticate(c.req.raw, c.get("now"));
      const hasEnded = await sessions.end(c.req.valid("param").id, {
        reason: "revoked",
        actorId: principal.subject,
        userId: principal.subject,
        address: c.get("address"),
        userAgent: c.req.header("User-Agent") ?? null,
        now: c.get("now"),
      });
      // Another user's session and one that never was get the same answer.
      if (!hasEnded) throw new Refusal("not_found");
      return c.body(null, 204);
    },
  );

  return routes;
}

function presentedTokens(
  deps: SessionRoutesDeps,
  request: Request,
  refreshToken: string | undefined,
): PresentedTokens {
  if (refreshToken !== undefined) {
    requireBodyTransport(request, deps.issuer);
    return { transport: "body", tokens: [refreshToken] };
  }
  const tokens = refreshCookies(request, deps.issuer);
  if (tokens.length === 0) throw new Refusal("refresh_token_required");
  requireSameOrigin(request, deps.originPolicy);
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

function parseAfter(after: string | undefined): SessionCursor | null {
  if (after === undefined) return null;
  const cursor = parseSessionCursor(after);
  if (cursor !== undefined) return cursor;
  throw new Refusal("invalid_request", {
    errors: [{ path: "after", message: "is not a cursor of this list" }],
  });
}

function sessionAnswer(session: ListedSession, currentId: string | null): SessionAnswer {
  return {
    id: session.id,
    device: session.device,
    created_at: new Date(session.createdAt).toISOString(),
    last_seen_at: new Date(session.lastSeenAt).toISOString(),
    current: session.id === currentId,
  };
}
