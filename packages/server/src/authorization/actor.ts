// Who makes an administrative change, and the gate in front of /auth/admin: a bearer token with
// the permission `latchkey:admin`, or the operator's own channel.

import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../http/app.ts";
import { type Authenticate, requirePermission } from "../tokens/authenticate.ts";
import { ADMIN_PERMISSION } from "./names.ts";

/** `actor_id` of the operator in the audit log. */
export const OPERATOR = "operator";

/** Who acts, from where, and when (milliseconds). */
export interface Actor {
  readonly actorId: string;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly now: number;
}

/**
 * Lets only administrators and the operator pass, and notes who it is.
 *
 * It is mounted on the whole of /auth/admin, so that no route can forget it.
 */
export function requireAdministrator(authenticate: Authenticate): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.get("operator")) {
      c.set("actorId", OPERATOR);
    } else {
      const principal = await authenticate(c.req.raw, c.get("now"));
      requirePermission(principal, ADMIN_PERMISSION);
      c.set("actorId", principal.subject);
    }
    await next();
  };
}

/** Who acts in a request under /auth/admin. */
export function actorOf(c: Context<AppEnv>): Actor {
  const actorId: string | undefined = c.get("actorId");
  // Not reachable while the gate is mounted; without it, refuse instead of acting for nobody.
  if (actorId === undefined) throw new Error("an administrative route is mounted without its gate");
  return { actorId, address: c.get("address"), userAgent: userAgentOf(c), now: c.get("now") };
}

/** The user agent of a request; the audit log and sessions keep a bounded part of it. */
export function userAgentOf(c: Context<AppEnv>): string | null {
  return c.req.header("User-Agent") ?? null;
}
