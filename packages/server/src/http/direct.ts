// Routes that are asked so often that the way to them costs more than they do: the renewal of
// sessions. A direct route is found by its exact method and path, gets its body as checked JSON, and
// answers with plain headers; what every request gets (limits, problems, headers, the access line) it
// gets too, from handler.ts. It is an abbreviation, not another route: the same route stands in the
// route table, for the API document, for 405 and for every other spelling of its path.

import type { JsonObject } from "@latchkey/jose";
import type { RequestFacts } from "./app.ts";

/** An answer before it is a Response. */
export interface PlainAnswer {
  readonly status: number;
  /** Each name once; those of `securityHeaders` may be left out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A direct route. It throws what a route may throw. */
export interface DirectRoute {
  readonly method: "POST";
  /** Under the issuer's path. */
  readonly path: string;
  readonly answer: (
    request: Request,
    body: JsonObject,
    facts: RequestFacts,
  ) => Promise<PlainAnswer>;
}

/** Finds direct routes. */
export type FindDirect = (request: Request) => DirectRoute | undefined;

/** Prepares the search; `prefix` is the issuer's path. */
export function findDirect(routes: readonly DirectRoute[], prefix: string): FindDirect {
  const byPath = new Map(routes.map((route) => [`${prefix}${route.path}`, route]));
  return (request) => {
    if (request.method !== "POST") return undefined;
    // A path that is spelled otherwise goes the long way, where it is resolved.
    return byPath.get(sentPath(request.url));
  };
}

/** Makes a plain answer a Response. */
export function plainResponse({ status, headers, body }: PlainAnswer): Response {
  return new Response(body, { status, headers });
}

/** The path of a request as it was sent; one that is spelled otherwise is another path here. */
export function sentPath(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const query = url.indexOf("?", start);
  return query === -1 ? url.slice(start) : url.slice(start, query);
}
