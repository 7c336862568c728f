// Fastify 5: translates, decides nothing.

import { Buffer } from "node:buffer";
import type { Principal } from "@latchkey/protocol";
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from "fastify";
import type { Authentication } from "../authentication.ts";
import type { Guard } from "../guard.ts";
import type { Rule } from "../rule.ts";
import { nodeRequest } from "./node-request.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who the request speaks for. Set by `protect` and only there. */
    principal: Principal;
  }
}

/** A hook for `onRequest` (best: before the body is read) or `preHandler`. */
export type Hook = (
  request: FastifyRequest,
  reply: FastifyReply,
  done: HookHandlerDoneFunction,
) => void;

/**
 * A hook that lets a request pass with a good token, and with the rule fulfilled if there is one.
 * The principal is at `request.principal`.
 *
 * @throws TypeError when the rule is not one
 * @example
 * ```ts
 * app.get("/patients", { onRequest: protect(guard, { permission: "patients:read" }) },
 *   async (request) => ({ you: request.principal.subject }));
 * ```
 */
export function protect(guard: Guard, rule?: Rule): Hook {
  const authenticator = rule === undefined ? guard : guard.requires(rule);
  return (request, reply, done) => {
    const settle = (result: Authentication): void => {
      if (result.ok) {
        request.principal = result.principal;
        done();
        return;
      }
      // Bytes, so that neither a serializer of the route nor Fastify changes the body or its type.
      const body = Buffer.from(JSON.stringify(result.problem));
      void reply.code(result.status).headers(result.headers).send(body);
    };
    const answer = authenticator.checkRequest(nodeRequest(request.raw));
    if (answer instanceof Promise) void answer.then(settle).then(undefined, done);
    else settle(answer);
  };
}
