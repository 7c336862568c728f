// The web's own Request and Response: Next.js route handlers, Bun.serve, Deno.serve, workers.

import type { Principal } from "@latchkey/protocol";
import type { Refusal } from "../authentication.ts";
import type { Guard } from "../guard.ts";
import type { Rule } from "../rule.ts";

/** A handler of requests that were let pass; `context` is whatever the framework hands on. */
export type ProtectedHandler<Context extends readonly unknown[]> = (
  request: Request,
  principal: Principal,
  ...context: Context
) => Response | Promise<Response>;

/**
 * A handler that lets a request pass with a good token, and with the rule fulfilled if there is
 * one, and hands on the principal.
 *
 * @throws TypeError when the rule is not one
 * @example
 * ```ts
 * export const GET = protect(guard, { permission: "patients:read" }, (request, principal) =>
 *   Response.json({ you: principal.subject }),
 * );
 * ```
 */
export function protect<Context extends readonly unknown[] = []>(
  guard: Guard,
  rule: Rule | null,
  handler: ProtectedHandler<Context>,
): (request: Request, ...context: Context) => Promise<Response> {
  const authenticator = rule === null ? guard : guard.requires(rule);
  return async (request, ...context) => {
    const answer = authenticator.checkRequest(request);
    const result = answer instanceof Promise ? await answer : answer;
    return result.ok
      ? await handler(request, result.principal, ...context)
      : refusalResponse(result);
  };
}

/** The answer to a request that was refused. */
export function refusalResponse(refusal: Refusal): Response {
  return new Response(JSON.stringify(refusal.problem), {
    status: refusal.status,
    headers: { ...refusal.headers },
  });
}
