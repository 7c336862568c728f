// What every feature builds its routes with. A route is defined once, with zod schemas: they
// validate, type and document it (/openapi.json). Nothing here knows a feature.

import { createRoute, OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import { type InvalidMember, PROBLEM_MEDIA_TYPE } from "@latchkey/protocol";
import type { ZodError, ZodType } from "zod";
import type { Logger } from "../observability/logger.ts";
import { LiteralRouter } from "./literal-router.ts";
import { Refusal } from "./refusal.ts";

/** What a handler finds in its context. */
export interface RequestFacts {
  /** 22 characters; also in the answer's `Latchkey-Request-Id` header and in each log line. */
  readonly requestId: string;
  /** When the request arrived, in milliseconds. */
  readonly now: number;
  /** The client's address, proxies resolved; null when the mount does not tell. */
  readonly address: string | null;
  readonly log: Logger;
  /** True for a request of the operator (`control`), which carries no token. */
  readonly operator: boolean;
  /** True when the mount ends a body at its Content-Length, whatever else comes. */
  readonly isFramed: boolean;
}

/** Hono's types for our contexts: `c.get("now")` and the others of {@link RequestFacts}. */
export interface AppEnv {
  Bindings: RequestFacts;
  Variables: Omit<RequestFacts, "log" | "isFramed"> & {
    /** Who acts under /auth/admin: a user id, or "operator". Set by the admin guard. */
    actorId: string;
  };
}

/** A set of routes. */
export type App = OpenAPIHono<AppEnv>;

/** Invalid members named in one answer. */
export const MAX_NAMED_ERRORS = 16;

/** Creates an empty set of routes; input that does not fit its schema is refused. */
export function createRoutes(): App {
  return new OpenAPIHono<AppEnv>({
    router: new LiteralRouter(),
    defaultHook: (result) => {
      if (result.success) return;
      // An identifier in the path that cannot exist is a thing that does not exist.
      if (result.target === "param") throw new Refusal("not_found");
      throw invalidRequest(result.error);
    },
  });
}

/**
 * Reads a body by its schema, as a route does.
 *
 * @throws Refusal `invalid_request`
 */
export function parseBySchema<Value>(schema: ZodType<Value>, body: unknown): Value {
  const result = schema.safeParse(body);
  if (!result.success) throw invalidRequest(result.error);
  return result.data;
}

function invalidRequest(error: ZodError): Refusal {
  return new Refusal("invalid_request", { errors: invalidMembers(error) });
}

/** A problem document, as OpenAPI knows it. */
export const problemSchema = z
  .object({
    type: z.string().openapi({ example: "urn:latchkey:error:invalid_request" }),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ description: "Stable; see the error reference." }),
    detail: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi("Problem");

/**
 * Defines a route, and adds the problems that its kind answers: any request may be refused (400)
 * or meet a failure (500, 503), one with a body may bring a wrong one (413, 415), one behind a
 * token may lack it or its permission (401, 403), one about a thing may miss it (404). Others a
 * route names itself, with {@link problems}.
 *
 * The handler may return any Response: cookies, tokens and documents are not all `c.json`.
 * @example
 * ```ts
 * const me = defineRoute({
 *   method: "get",
 *   path: "/auth/me",
 *   summary: "The signed-in user",
 *   security: bearer,
 *   responses: { 200: jsonAnswer(userSchema, "The user") },
 * });
 * ```
 */
export function defineRoute<
  // It keeps the path a literal type, which the types of its parameters are made from.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  Path extends string,
  Route extends Omit<RouteConfig, "path"> & { path: Path },
>(route: Route): DefinedRoute<Route> {
  const expected = problems(
    400,
    ...(route.request?.body === undefined ? [] : [413, 415]),
    ...(route.security === undefined ? [] : [401, 403]),
    ...(route.request?.params === undefined ? [] : [404]),
    500,
    503,
  );
  const defined = createRoute({ ...route, responses: { ...expected, ...route.responses } });
  // The declared answers document; they do not restrict what the handler may return.
  return defined as unknown as DefinedRoute<Route>;
}

/** Declares problem answers: `responses: { 200: ..., ...problems(409, 429) }`. */
export function problems(...statuses: readonly number[]): RouteConfig["responses"] {
  const answer = {
    description: "A problem (RFC 9457)",
    content: { [PROBLEM_MEDIA_TYPE]: { schema: problemSchema } },
  };
  return Object.fromEntries(statuses.map((status) => [status, answer]));
}

/** A route whose handler may return any Response. */
export type DefinedRoute<Route> = Omit<Route, "responses"> & {
  responses: { 200: { description: string } };
};

/** A required JSON body. Use `z.strictObject`: unknown members are refused. */
export function jsonBody<Schema extends ZodType>(
  schema: Schema,
): { content: { "application/json": { schema: Schema } }; required: true } {
  return { content: { "application/json": { schema } }, required: true };
}

/** A JSON body that may be left out; it then reads as `{}`. */
export function optionalJsonBody<Schema extends ZodType>(
  schema: Schema,
): { content: { "application/json": { schema: Schema } }; required: false } {
  return { content: { "application/json": { schema } }, required: false };
}

/** Describes a JSON answer. */
export function jsonAnswer<Schema extends ZodType>(
  schema: Schema,
  description: string,
): { description: string; content: { "application/json": { schema: Schema } } } {
  return { description, content: { "application/json": { schema } } };
}

/** `security` of a route that wants an access token. */
export const bearer: { bearer: string[] }[] = [{ bearer: [] }];

function invalidMembers(error: ZodError): InvalidMember[] {
  return error.issues.slice(0, MAX_NAMED_ERRORS).map((issue) => ({
    path: issue.path.map(String).join(".").slice(0, 200),
    message: issue.message.slice(0, 200),
  }));
}
