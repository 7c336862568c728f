// Next.js: route handlers of the App Router, and the middleware (called proxy from Next 16 on). Both
// are functions of the web's Request, so nothing of Next is needed here. Translates, decides nothing.
//
// Run both in Node's runtime (`export const config = { runtime: "nodejs" }` in the middleware), and
// give the guard `mode: "pull"` where the platform stops between requests.

import type { Guard } from "../guard.ts";
import type { Rule } from "../rule.ts";
import { protect as protectRequest, type ProtectedHandler, refusalResponse } from "./request.ts";

/** What Next hands a route handler besides the request. `params` is a promise from Next 15 on. */
export interface RouteContext<Params = unknown> {
  readonly params: Params;
}

/**
 * A route handler that lets a request pass with a good token, and with the rule fulfilled if there
 * is one.
 *
 * @throws TypeError when the rule is not one
 * @example
 * ```ts
 * // app/patients/[id]/route.ts
 * export const GET = protect<Promise<{ id: string }>>(guard, { permission: "patients:read" },
 *   async (request, principal, { params }) =>
 *     Response.json({ id: (await params).id, you: principal.subject }));
 * ```
 */
export function protect<Params = unknown>(
  guard: Guard,
  rule: Rule | null,
  handler: ProtectedHandler<[context: RouteContext<Params>]>,
): (request: Request, context: RouteContext<Params>) => Promise<Response> {
  return protectRequest<[RouteContext<Params>]>(guard, rule, handler);
}

/**
 * A middleware that answers what is refused and lets everything else go on.
 *
 * A first line and never the only one: Next's own matchers decide what a middleware sees, and they
 * have been bypassed before (CVE-2025-29927). Protect the route handlers as well.
 *
 * @throws TypeError when the rule is not one
 * @example
 * ```ts
 * // middleware.ts, or proxy.ts from Next 16 on
 * export default protectAll(guard);
 * export const config = { matcher: "/api/:path*", runtime: "nodejs" };
 * ```
 */
export function protectAll(
  guard: Guard,
  rule: Rule | null = null,
): (request: Request) => Promise<Response | undefined> {
  const authenticator = rule === null ? guard : guard.requires(rule);
  return async (request) => {
    const result = await authenticator.authenticate(request);
    return result.ok ? undefined : refusalResponse(result);
  };
}
