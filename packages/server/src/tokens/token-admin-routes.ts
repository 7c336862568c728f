// POST /auth/admin/tokens/revoke: takes one access token back, named by itself or by its jti. For
// administrators; the token comes in the body, since URLs are logged.

import { z } from "@hono/zod-openapi";
import { isIdentifier } from "@latchkey/protocol";
import type { Context } from "hono";
import {
  type App,
  type AppEnv,
  bearer,
  createRoutes,
  defineRoute,
  jsonAnswer,
  jsonBody,
} from "../http/app.ts";
import { Refusal } from "../http/refusal.ts";
import { type AuthenticatorOptions, verifyAccessToken } from "./authenticate.ts";
import { MAX_INSPECTED_LENGTH } from "./inspect-routes.ts";
import type { RevokeAccessToken } from "./revoke-token.ts";

/** What the route needs. */
export interface TokenAdminDeps extends Pick<AuthenticatorOptions, "keyRing" | "issuer"> {
  readonly revokeAccessToken: RevokeAccessToken;
  /** Who acts; throws unless the request may administer. */
  readonly actorOf: (c: Context<AppEnv>) => {
    readonly actorId: string;
    readonly address: string | null;
    readonly userAgent: string | null;
    readonly now: number;
  };
}

/** The route that takes tokens back. */
export function tokenAdminRoutes(deps: TokenAdminDeps): App {
  const routes = createRoutes();
  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/admin/tokens/revoke",
      summary: "Take one access token back; its session lives",
      tags: ["administration"],
      security: bearer,
      request: {
        body: jsonBody(
          z.union([
            z.strictObject({ token: z.string().min(1).max(MAX_INSPECTED_LENGTH) }),
            z.strictObject({ jti: z.string().refine(isIdentifier, "Not an identifier") }),
          ]),
        ),
      },
      responses: {
        200: jsonAnswer(z.object({ jti: z.string() }), "The token that is good no more"),
      },
    }),
    async (c) => {
      const actor = deps.actorOf(c);
      const wanted = c.req.valid("json");
      const named =
        "jti" in wanted ? { jti: wanted.jti } : readToken(deps, wanted.token, actor.now);
      await deps.revokeAccessToken({ userId: null, sessionId: null, ...named, ...actor });
      return c.json({ jti: named.jti });
    },
  );
  return routes;
}

// Only a token that would be accepted: anything else is refused everywhere already.
function readToken(
  deps: TokenAdminDeps,
  token: string,
  now: number,
): { jti: string; userId?: string; sessionId?: string } {
  try {
    const { principal } = verifyAccessToken(deps, token, now);
    const { jti } = principal.claims;
    if (typeof jti !== "string") throw new Refusal("invalid_token");
    return {
      jti,
      userId: principal.subject,
      ...(principal.sessionId === null ? {} : { sessionId: principal.sessionId }),
    };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "invalid_token") throw error;
    // Not a 401: the administrator's own token is fine.
    throw new Refusal("invalid_request", {
      errors: [{ path: "token", message: "Not an access token that is accepted here" }],
    });
  }
}
