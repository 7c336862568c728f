// Renders a JWK Set; RFC 7517 section 8.5. The signing keys and the feed's keys are answered alike.

import { z } from "@hono/zod-openapi";
import type { PublicJwkSet } from "./key-view.ts";

/** Media type of a JWK Set; RFC 7517 section 8.5.2. */
export const JWK_SET_MEDIA_TYPE = "application/jwk-set+json";

/** Seconds that a JWK Set may be cached. A new key is published long before it signs. */
export const JWK_SET_MAX_AGE = 300;

/** Describes the answer in /openapi.json. */
export const jwkSetAnswer = {
  description: "A JWK Set (RFC 7517)",
  content: {
    [JWK_SET_MEDIA_TYPE]: {
      schema: z
        .object({ keys: z.array(z.object({ kty: z.string(), kid: z.string() }).loose()) })
        .openapi("JwkSet"),
    },
  },
};

/** Renders public keys. @param maxAge - seconds */
export function jwkSetResponse(jwkSet: PublicJwkSet, maxAge: number): Response {
  return new Response(JSON.stringify(jwkSet), {
    headers: {
      "Content-Type": JWK_SET_MEDIA_TYPE,
      "Cache-Control": `public, max-age=${maxAge}`,
    },
  });
}
