// Hono 4: translates, decides nothing.

import type { Principal } from "@latchkey/protocol";
import type { MiddlewareHandler } from "hono";
import type { Guard } from "../guard.ts";
import type { Rule } from "../rule.ts";
import { refusalResponse } from "./request.ts";

/** What `protect` adds to a context: `c.get("principal")`, or `c.var.principal`. */
export interface PrincipalEnv {
  Variables: { principal: Principal };
}

/**
 * Middleware that lets a request pass with a good token, and with the rule fulfilled if there is
 * one. The principal is at `c.get("principal")`.
 *
 * @throws TypeError when the rule is not one
 * @example
 * ```ts
 * app.get("/patients", protect(guard, { permission: "patients:read" }), (c) =>
 *   c.json({ you: c.get("principal").subject }),
 * );
 * ```
 */
export function protect(guard: Guard, rule?: Rule): MiddlewareHandler<PrincipalEnv> {
  const authenticator = rule === undefined ? guard : guard.requires(rule);
  return async (context, next) => {
    const result = await authenticator.authenticate(context.req.raw);
    if (!result.ok) return refusalResponse(result);
    context.set("principal", result.principal);
    await next();
    return undefined;
  };
}
