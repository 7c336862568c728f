// Plain node:http: translates, decides nothing.

import type { IncomingMessage, ServerResponse } from "node:http";
import process from "node:process";
import type { Principal } from "@latchkey/protocol";
import type { Authentication } from "../authentication.ts";
import type { Guard } from "../guard.ts";
import type { Rule } from "../rule.ts";
import { nodeRequest } from "./node-request.ts";

export { nodeRequest } from "./node-request.ts";

/** A handler of requests that were let pass. */
export type ProtectedListener = (
  request: IncomingMessage,
  response: ServerResponse,
  principal: Principal,
) => unknown;

/**
 * A listener that lets a request pass with a good token, and with the rule fulfilled if there is
 * one, and hands on the principal.
 *
 * What the handler or the rule's check throws is answered with 500 and given to `onError`: a request
 * must not end the process.
 *
 * @param onError - default: a warning of the process
 * @throws TypeError when the rule is not one
 * @example
 * ```ts
 * createServer(protect(guard, { permission: "patients:read" }, (request, response, principal) => {
 *   response.end(principal.subject);
 * }));
 * ```
 */
export function protect(
  guard: Guard,
  rule: Rule | null,
  handler: ProtectedListener,
  onError: (error: unknown) => void = warn,
): (request: IncomingMessage, response: ServerResponse) => void {
  const authenticator = rule === null ? guard : guard.requires(rule);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const decision = authenticator.checkRequest(nodeRequest(request));
    const result: Authentication = decision instanceof Promise ? await decision : decision;
    if (result.ok) {
      await handler(request, response, result.principal);
      return;
    }
    response.writeHead(result.status, result.headers).end(JSON.stringify(result.problem));
  };
  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { "cache-control": "no-store" }).end();
      onError(error);
    });
  };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : "a protected handler threw");
}
