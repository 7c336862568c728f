// GET /.well-known/oauth-authorization-server: what this server is and where its parts are.
// RFC 8414. Made from the configuration alone, never from a Host header, and it names only what
// works.

import { z } from "@hono/zod-openapi";
import type { ServerMetadata } from "@latchkey/protocol";
import { type App, createRoutes, defineRoute, jsonAnswer } from "../http/app.ts";
import { issuerPath } from "./issuer.ts";

/** Seconds that the metadata may be cached. */
export const METADATA_MAX_AGE = 300;

/** The metadata of an issuer. */
export function serverMetadata(issuer: string): ServerMetadata {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    // Required by RFC 8414 section 2; there is no authorization endpoint yet, so there are none.
    response_types_supported: [],
    introspection_endpoint: `${issuer}/auth/introspect`,
    introspection_endpoint_auth_methods_supported: ["client_secret_basic"],
    revocation_endpoint: `${issuer}/auth/revoke`,
    revocation_endpoint_auth_methods_supported: ["client_secret_basic"],
    latchkey_spend_endpoint: `${issuer}/auth/spend`,
    latchkey_revocation_feed: `${issuer}/auth/revocations`,
    latchkey_feed_jwks_uri: `${issuer}/auth/revocations/jwks`,
  };
}

/** The route of the metadata, at its place for an issuer with a path (RFC 8414 section 3.1). */
export function metadataRoutes(issuer: string): App {
  const routes = createRoutes();
  const metadata = serverMetadata(issuer);
  routes.openapi(
    defineRoute({
      method: "get",
      path: `/.well-known/oauth-authorization-server${issuerPath(issuer)}`,
      summary: "Authorization server metadata (RFC 8414)",
      tags: ["server"],
      responses: {
        200: jsonAnswer(
          z
            .object({
              issuer: z.string(),
              jwks_uri: z.string(),
              response_types_supported: z.array(z.string()),
              introspection_endpoint: z.string(),
              introspection_endpoint_auth_methods_supported: z.array(z.string()),
              revocation_endpoint: z.string(),
              revocation_endpoint_auth_methods_supported: z.array(z.string()),
              latchkey_spend_endpoint: z.string(),
              latchkey_revocation_feed: z.string(),
              latchkey_feed_jwks_uri: z.string(),
            })
            .openapi("ServerMetadata"),
          "The metadata",
        ),
      },
    }),
    (c) => c.json(metadata, 200, { "Cache-Control": `public, max-age=${METADATA_MAX_AGE}` }),
  );
  return routes;
}
