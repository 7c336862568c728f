// Express 5 (and anything else with `(req, res, next)` on node:http): translates, decides nothing.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Principal } from "@latchkey/protocol";
import type { Authentication } from "../authentication.ts";
import type { Guard } from "../guard.ts";
import type { Rule } from "../rule.ts";
import { nodeRequest } from "./node-request.ts";

declare global {
  // Merged with Express's own types where they are installed; without them it is unused.
  namespace Express {
    interface Request {
      /** Who the request speaks for. Set by `protect` and only there. */
      principal: Principal;
    }
  }
}

/** Middleware in Express's shape. */
export type Middleware = (
  request: IncomingMessage & { principal?: Principal },
  response: ServerResponse,
  next: (error?: unknown) => void,
) => Promise<void> | undefined;

/**
 * Middleware that lets a request pass with a good token, and with the rule fulfilled if there is
 * one. The principal is at `req.principal`.
 *
 * @throws TypeError when the rule is not one
 * @example
 * ```ts
 * app.get("/patients", protect(guard, { permission: "patients:read" }), (req, res) => {
 *   res.json({ you: req.principal.subject });
 * });
 * ```
 */
export function protect(guard: Guard, rule?: Rule): Middleware {
  const authenticator = rule === undefined ? guard : guard.requires(rule);
  return (request, response, next) => {
    const settle = (result: Authentication): void => {
      if (!result.ok) {
        response.writeHead(result.status, result.headers).end(JSON.stringify(result.problem));
        return;
      }
      request.principal = result.principal;
      next();
    };
    const answer = authenticator.checkRequest(nodeRequest(request));
    // The application's own check may throw; Express 4 would not catch a rejected promise.
    if (answer instanceof Promise) return answer.then(settle, next);
    settle(answer);
    return undefined;
  };
}
