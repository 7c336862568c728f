// Hono 4: translates, decides nothing.

import type { Principal } from "@latchkey/protocol";
import type { Context, Env, Handler, Input, MiddlewareHandler } from "hono";
import type { Authentication } from "../authentication.ts";
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
    const answer = authenticator.checkRequest(context.req.raw);
    const result = answer instanceof Promise ? await answer : answer;
    if (!result.ok) return refusalResponse(result);
    context.set("principal", result.principal);
    await next();
    return undefined;
  };
}

/**
 * Puts the guard around one handler. The same as the middleware, and quicker: Hono answers a route of one
 * handler without putting a chain together.
 *
 * @throws TypeError when the rule is not one
 * @example
 * ```ts
 * app.get("/patients/:id", protectHandler(guard, { permission: "patients:read" }, (c) =>
 *   c.json({ id: c.req.param("id"), you: c.get("principal").subject }),
 * ));
 * // With variables of the application's own:
 * protectHandler(guard, null, (c: Context<AppEnv & PrincipalEnv>) => c.text(c.var.place));
 * ```
 */
export function protectHandler<
  AppEnv extends Env,
  Path extends string,
  Reading extends Input,
  Answer extends Response | Promise<Response>,
>(
  guard: Guard,
  rule: Rule | null,
  handler: Handler<AppEnv & PrincipalEnv, Path, Reading, Answer>,
): Handler<AppEnv, Path, Reading, Answer | Response | Promise<Response>> {
  const authenticator = rule === null ? guard : guard.requires(rule);
  return (context, next) => {
    // The handler's context is this one with the principal in it, which is set before it is called.
    const own = context as unknown as Context<AppEnv & PrincipalEnv, Path, Reading>;
    const settle = (result: Authentication): Response | Answer => {
      if (!result.ok) return refusalResponse(result);
      (own as unknown as Context<PrincipalEnv>).set("principal", result.principal);
      return handler(own, next);
    };
    const answer = authenticator.checkRequest(context.req.raw);
    return answer instanceof Promise ? answer.then(settle) : settle(answer);
  };
}
