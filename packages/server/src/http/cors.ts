// Cross-origin requests: only from origins on the allow-list, compared as whole strings. No suffix,
// no prefix, no reflection, never `null`.

import { ATTEMPT_KEY_HEADER, REQUEST_MARK_HEADER, SETTLED_KEYS_HEADER } from "@latchkey/protocol";
import type { OriginPolicy } from "./csrf.ts";
import { Refusal } from "./refusal.ts";

/** Seconds that a browser may remember a preflight. */
export const PREFLIGHT_AGE = 600;

const ALLOWED_HEADERS = [
  "Authorization",
  "Content-Type",
  ATTEMPT_KEY_HEADER,
  REQUEST_MARK_HEADER,
  SETTLED_KEYS_HEADER,
].join(", ");

const EXPOSED_HEADERS = "Latchkey-Request-Id, Retry-After, WWW-Authenticate";

/** Tells whether a request is a preflight. */
export function isPreflight(request: Request): boolean {
  return request.method === "OPTIONS" && request.headers.has("Access-Control-Request-Method");
}

/**
 * Answers a preflight.
 *
 * @param methods - what the path has
 * @throws Refusal `origin_refused` for an origin that is not on the list
 */
export function answerPreflight(
  request: Request,
  methods: readonly string[],
  policy: OriginPolicy,
): Response {
  if (!isAllowed(request, policy)) throw new Refusal("origin_refused");
  return new Response(null, {
    status: 204,
    headers: {
      "Access-Control-Allow-Methods": methods.join(", "),
      "Access-Control-Allow-Headers": ALLOWED_HEADERS,
      "Access-Control-Max-Age": String(PREFLIGHT_AGE),
    },
  });
}

/** Adds what lets an allow-listed origin read the answer. Caches keep answers of origins apart. */
export function addCorsHeaders(headers: Headers, request: Request, policy: OriginPolicy): void {
  const { Vary, ...others } = corsHeaders(request, policy);
  headers.append("Vary", Vary);
  for (const [name, value] of Object.entries(others)) headers.set(name, value);
}

/** What {@link addCorsHeaders} adds, for an answer without a `Vary` of its own. */
export function corsHeaders(
  request: Request,
  policy: OriginPolicy,
): { readonly Vary: string } & Readonly<Record<string, string>> {
  const origin = request.headers.get("Origin");
  if (origin === null || !isAllowed(request, policy)) return { Vary: "Origin" };
  return {
    Vary: "Origin",
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": EXPOSED_HEADERS,
  };
}

function isAllowed(request: Request, policy: OriginPolicy): boolean {
  const origin = request.headers.get("Origin");
  return origin !== null && origin !== "null" && policy.origins.has(origin);
}
