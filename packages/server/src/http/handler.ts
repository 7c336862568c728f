// From a Request to a Response: facts about the request, CORS, the routes, and what every answer
// carries. Routes are reached only through here, so no route can forget a step.

import { createIdentifier, type ErrorCode } from "@latchkey/protocol";
import type { Context } from "hono";
import { TrieRouter } from "hono/router/trie-router";
import { type Logger, logAccess } from "../observability/logger.ts";
import { resolveAddress } from "./address.ts";
import { type App, type AppEnv, createRoutes, type RequestFacts } from "./app.ts";
import { readBody, readJsonBody } from "./body.ts";
import { addCorsHeaders, answerPreflight, corsHeaders, isPreflight } from "./cors.ts";
import { type DirectRoute, type FindDirect, plainResponse, sentPath } from "./direct.ts";
import { errorCodeOf, isServerFault, oauthErrorResponse, problemResponse } from "./problem.ts";
import { Refusal } from "./refusal.ts";
import { addSecurityHeaders, securityHeaders } from "./security-headers.ts";

/** Bytes of a request body, by default. */
export const DEFAULT_BODY_BYTES = 64 * 1024;

/** What a handler is made of. */
export interface HandlerOptions {
  readonly routes: App;
  /** Abbreviations of some of them. */
  readonly direct?: FindDirect;
  /** The issuer: an https one turns HSTS on, and its path is where the routes are mounted. */
  readonly issuer: string;
  /** Allow-listed origins; the issuer's own belongs to them. */
  readonly origins: ReadonlySet<string>;
  readonly trustedProxies: number;
  /** Bytes. */
  readonly bodyLimit: number;
  /** Paths that take HTML forms besides JSON. */
  readonly formPaths?: ReadonlySet<string>;
  /** Paths whose errors have the shape of OAuth; they take forms too. */
  readonly oauthPaths?: ReadonlySet<string>;
  /** Shows a problem to a person; null where the problem itself is the answer. */
  readonly errorPage?: ErrorPage;
  readonly log: Logger;
  /** Hears the code of each problem that is answered; it must not throw. */
  readonly onRefusal?: (code: string) => void;
  /** Milliseconds. */
  readonly clock: () => number;
}

/** Makes a page of the problem answer of a request, or null to leave it as it is. */
export type ErrorPage = (
  c: Context<AppEnv>,
  code: ErrorCode,
  problem: Response,
) => Promise<Response> | null;

/** What is known of a request besides itself. */
export interface Caller {
  /** The peer of the connection. */
  readonly address?: string;
  /** True only for requests that came over the operator's own channel. */
  readonly operator?: boolean;
  /** True when the mount ends a body at its Content-Length, as Node's HTTP does. */
  readonly isFramed?: boolean;
}

/** Answers requests; it never rejects. */
export type RequestHandler = (request: Request, caller?: Caller) => Promise<Response>;

/** Creates the handler of a set of routes. */
export function createHandler(options: HandlerOptions): RequestHandler {
  const { clock, log, oauthPaths = new Set(), onRefusal } = options;
  const formPaths = new Set([...(options.formPaths ?? []), ...oauthPaths]);
  const isHttps = options.issuer.startsWith("https:");
  const methodsOf = createMethodTable(options.routes);

  // An access line has nothing to redact: a path without its query, and numbers.
  const accessLog = log.child({}, { redact: [] });
  const app = createRoutes();
  app.onError((error, c) => {
    if (isServerFault(error)) c.env.log.error({ err: error }, "request failed");
    onRefusal?.(errorCodeOf(error));
    return oauthPaths.has(c.req.path) ? oauthErrorResponse(error) : answerProblem(c, error);
  });
  app.notFound((c) => {
    const methods = methodsOf(c.req.path);
    if (methods.length === 0) return answerProblem(c, new Refusal("not_found"));
    const headers = { Allow: methods.join(", ") };
    return answerProblem(c, new Refusal("method_not_allowed", { headers }));
  });
  function answerProblem(c: Context<AppEnv>, error: unknown): Response | Promise<Response> {
    const problem = problemResponse(error);
    return options.errorPage?.(c, errorCodeOf(error), problem) ?? problem;
  }
  app.use(async (c, next) => {
    const { requestId, now, address, operator } = c.env;
    c.set("requestId", requestId);
    c.set("now", now);
    c.set("address", address);
    c.set("operator", operator);
    // Before any guard of a route: a preflight never carries credentials.
    const methods = isPreflight(c.req.raw) ? methodsOf(c.req.path) : [];
    if (methods.length > 0) return answerPreflight(c.req.raw, methods, options);
    return next();
  });
  app.use(readBody({ limit: options.bodyLimit, formPaths }));
  app.route("/", options.routes);

  const security = securityHeaders({ isHttps });
  const findDirect = options.direct ?? (() => undefined);

  async function answerDirectly(
    route: DirectRoute,
    request: Request,
    facts: RequestFacts,
  ): Promise<Response> {
    try {
      const { isFramed } = facts;
      const body = await readJsonBody(request, { limit: options.bodyLimit, isFramed });
      const plain = await route.answer(request, body, facts);
      // All headers at once: each that is set on a Headers object costs as much as a hash.
      const headers = {
        ...security,
        ...plain.headers,
        ...corsHeaders(request, options),
        "Latchkey-Request-Id": facts.requestId,
      };
      return plainResponse({ ...plain, headers });
    } catch (error) {
      if (isServerFault(error)) facts.log.error({ err: error }, "request failed");
      onRefusal?.(errorCodeOf(error));
      return finish(problemResponse(error), request, facts);
    }
  }

  function finish(answer: Response, request: Request, { requestId }: RequestFacts): Response {
    addSecurityHeaders(answer.headers, { isHttps });
    addCorsHeaders(answer.headers, request, options);
    answer.headers.set("Latchkey-Request-Id", requestId);
    return answer;
  }

  return async (request, caller = {}) => {
    const started = performance.now();
    const requestId = createIdentifier();
    let child: Logger | undefined;
    const facts: RequestFacts = {
      requestId,
      now: clock(),
      address: resolveAddress(
        caller.address ?? null,
        request.headers.get("X-Forwarded-For"),
        options.trustedProxies,
      ),
      // Most requests have nothing to say but their access line, and a child costs more than that.
      get log() {
        return (child ??= log.child({ requestId }));
      },
      operator: caller.operator ?? false,
      isFramed: caller.isFramed ?? false,
    };
    const direct = findDirect(request);
    const answer =
      direct === undefined
        ? finish(await answerSafely(() => app.fetch(request, facts), facts), request, facts)
        : await answerDirectly(direct, request, facts);
    logAccess(accessLog, {
      requestId,
      method: request.method,
      path: sentPath(request.url),
      status: answer.status,
      ms: Math.round(performance.now() - started),
    });
    return answer;
  };
}

// Errors inside the routes are answered by onError; what is left is a request that Hono itself
// cannot take, or a mistake in onError.
async function answerSafely(
  answer: () => Response | Promise<Response>,
  facts: RequestFacts,
): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (isServerFault(error)) facts.log.error({ err: error }, "request failed");
    return problemResponse(error);
  }
}

/** Lists the methods that a path has; for Allow and for preflights. */
function createMethodTable(routes: App): (path: string) => readonly string[] {
  const router = new TrieRouter<string>();
  const methods = new Set<string>();
  for (const route of routes.routes) {
    if (route.method === "ALL") continue;
    methods.add(route.method);
    router.add(route.method, route.path, route.method);
  }
  return (path) => {
    const found = [...methods].filter((method) => router.match(method, path)[0].length > 0);
    if (found.includes("GET")) found.push("HEAD");
    return found.sort();
  };
}
