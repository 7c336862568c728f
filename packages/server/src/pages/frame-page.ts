// GET /auth/frame: a page without a face, for pages of an allow-listed origin to put into a frame. In it the
// client renews on the issuer's origin, where the attempt keys of all origins of the site are one store.
// Nobody else can frame it, nothing but our script runs in it, and it sets no cookie. docs/adr/0009.

import { z } from "@hono/zod-openapi";
import { html } from "hono/html";
import { type App, createRoutes, defineRoute, problems } from "../http/app.ts";
import { Refusal } from "../http/refusal.ts";
import type { PageSite } from "./site.ts";

/** Characters of an origin. */
const MAX_ORIGIN_LENGTH = 512;

/** What a source of a policy can be made of: nothing that ends it. */
const SOURCE = /^[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9.:[\]-]+$/;

/**
 * The Content-Security-Policy of the frame. One origin may frame it, so that no list of origins is told
 * to whoever asks.
 */
export function framePolicy(origin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${origin}`,
    "require-trusted-types-for 'script'",
    "sandbox allow-scripts allow-same-origin",
  ].join("; ");
}

/** The route of the frame. */
export function frameRoutes({ origins, path, assets }: PageSite): App {
  const routes = createRoutes();
  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/frame",
      summary: "A frame in which pages of an allow-listed origin renew",
      tags: ["sessions"],
      request: { query: z.object({ origin: z.string().min(1).max(MAX_ORIGIN_LENGTH) }) },
      responses: {
        200: { description: "The frame", content: { "text/html": { schema: z.string() } } },
        ...problems(403),
      },
    }),
    (c) => {
      const { origin } = c.req.valid("query");
      // On another site the frame gets no cookie. Its own requests are same-origin and could not tell.
      const isElsewhere = c.req.header("Sec-Fetch-Site") === "cross-site";
      if (isElsewhere || !origins.has(origin) || !SOURCE.test(origin)) {
        throw new Refusal("origin_refused");
      }
      return c.html(
        html`<!doctype html>
<html lang="en" data-origin="${origin}">
<head>
<meta charset="utf-8">
<title>Latchkey</title>
<script src="${path}${assets.frame.path}"></script>
</head>
<body></body>
</html>`,
        200,
        {
          "Content-Security-Policy": framePolicy(origin),
          // For pages that are cross-origin isolated: they take no frame without it.
          "Cross-Origin-Embedder-Policy": "require-corp",
        },
      );
    },
  );
  return routes;
}
