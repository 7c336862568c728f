// Answers a reverse proxy: 200 with identity headers, 401, 403, or 503. Never 400, which nginx would
// turn into 500 and its client could not understand.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Authentication, Guard, Refusal } from "@latchkey/guard";
import { nodeRequest } from "@latchkey/guard/node";
import { createProblem, PROBLEM_MEDIA_TYPE } from "@latchkey/protocol";
import type { OpenedRule } from "./gateway-config.ts";
import { hasDisguisedIdentity, identityHeaders } from "./identity-headers.ts";
import { type ProxyName, readOriginal } from "./original-request.ts";
import { type PathRule, selectRule } from "./select-rule.ts";

/** What stands under a path: null lets everybody pass. */
export type Gate = Guard | OpenedRule | null;

/** Where the gateway says how it is. */
export const HEALTH_PATH = "/healthz";

/** Answers one question. Does not reject. */
export type Answerer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Creates the answerer. */
export function createAnswerer(options: {
  readonly proxy: ProxyName;
  readonly guard: Guard;
  readonly rules: readonly PathRule<{ readonly gate: Gate }>[];
}): Answerer {
  const { proxy, guard, rules } = options;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const shown = nodeRequest(request);
    const target = request.url ?? "";
    if (target === HEALTH_PATH) {
      const status = guard.status();
      send(response, status.ready ? 200 : 503, {}, status);
      return;
    }
    const names = request.rawHeaders.filter((_text, index) => index % 2 === 0);
    const header = (name: string): string | null => shown.headers.get(name);
    const original = readOriginal(proxy, { method: shown.method, target, header });
    const rule = original === null ? undefined : selectRule(rules, original.target);
    if (original === null || rule === undefined || hasDisguisedIdentity(names)) {
      deny(response);
      return;
    }
    const { method, target: url } = original;
    const result: Authentication | null =
      rule.gate === null
        ? null
        : await rule.gate.authenticate({ method, url, headers: shown.headers });
    if (result !== null && !result.ok) {
      refuse(response, result);
      return;
    }
    const identity = identityHeaders(result?.principal ?? null);
    if (identity === null) deny(response);
    else send(response, 200, identity, null);
  }

  return async (request, response) => {
    try {
      await answer(request, response);
    } catch {
      // What cannot be decided is refused.
      if (!response.headersSent) send(response, 503, {}, createProblem("internal"));
      else response.destroy();
    }
  };
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  const status = refusal.status === 400 ? 401 : refusal.status;
  const challenge = refusal.headers["www-authenticate"];
  send(
    response,
    status,
    challenge === undefined ? {} : { "WWW-Authenticate": challenge },
    refusal.problem,
  );
}

function deny(response: ServerResponse): void {
  send(response, 403, {}, createProblem("permission_denied"));
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: object | null,
): void {
  response.writeHead(status, {
    "Cache-Control": "no-store",
    ...(body === null ? {} : { "Content-Type": PROBLEM_MEDIA_TYPE }),
    ...headers,
  });
  response.end(body === null ? "" : JSON.stringify(body));
}
