// GET /auth/revocations and the keys it is signed with. Public: handles are random, and a
// published handle names nothing that its reader does not already hold a token of.

import { z } from "@hono/zod-openapi";
import { type App, createRoutes, defineRoute } from "../http/app.ts";
import { JWK_SET_MAX_AGE, jwkSetAnswer, jwkSetResponse } from "../keys/jwk-set-response.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import type { Feed } from "./feed.ts";

/** Media type of a slice: a JWT; RFC 7519 section 10.3.1. */
export const FEED_MEDIA_TYPE = "application/jwt";

/** What the routes need. */
export interface RevocationRoutesDeps {
  readonly feed: Feed;
  readonly keyRing: Pick<KeyRing, "feedJwks">;
}

const readFeed = defineRoute({
  method: "get",
  path: "/auth/revocations",
  summary: "What was taken back since a position, as a signed slice",
  tags: ["revocation"],
  request: {
    query: z.strictObject({
      after: z.string().max(64).optional().openapi({
        description: "The position reached: `<ledger>:<to>`. Without it a snapshot begins.",
        example: "AAAAAAAAAAAAAAAAAAAAAA:42",
      }),
    }),
  },
  responses: {
    200: {
      description: "A slice of the ledger (`typ: latchkey-feed+jwt`)",
      content: { [FEED_MEDIA_TYPE]: { schema: z.string() } },
    },
  },
});

const readFeedKeys = defineRoute({
  method: "get",
  path: "/auth/revocations/jwks",
  summary: "The public keys of the revocation feed",
  tags: ["revocation"],
  responses: { 200: jwkSetAnswer },
});

/** The routes of the revocation feed. */
export function revocationRoutes(deps: RevocationRoutesDeps): App {
  const routes = createRoutes();
  routes.openapi(readFeed, async (c) => {
    const slice = await deps.feed.readSlice(c.req.valid("query").after, c.get("now"));
    return new Response(slice, {
      headers: { "Content-Type": FEED_MEDIA_TYPE, "Cache-Control": "no-store" },
    });
  });
  routes.openapi(readFeedKeys, () => jwkSetResponse(deps.keyRing.feedJwks(), JWK_SET_MAX_AGE));
  return routes;
}
