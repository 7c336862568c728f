// Cross-site request forgery: who may send a request that acts by cookie alone. Design section 3,
// "CSRF". Requests with a bearer token need none of this: a foreign page cannot send one.

import { REQUEST_MARK_HEADER } from "@latchkey/protocol";
import { isJsonContentType } from "./body.ts";
import { Refusal } from "./refusal.ts";

/** Which origins may act by cookie: the configured allow-list and the issuer's own. */
export interface OriginPolicy {
  readonly origins: ReadonlySet<string>;
}

/**
 * Refuses a cookie request unless it is JSON, marked, and from an origin that may send it.
 *
 * @throws Refusal `unsupported_media_type`, `origin_refused`
 */
export function requireSameOrigin(request: Request, policy: OriginPolicy): void {
  // JSON and the mark each force a preflight, which only an allow-listed origin passes.
  if (!isJsonContentType(request.headers.get("Content-Type"))) {
    throw new Refusal("unsupported_media_type");
  }
  if (request.headers.get(REQUEST_MARK_HEADER) !== "1") throw new Refusal("origin_refused");
  requireOrigin(request, policy);
}

/**
 * The origin rule alone, for hosted forms: `Sec-Fetch-Site: same-origin`, or `same-site` with an
 * allow-listed `Origin`; without that header an allow-listed `Origin`; neither: refused.
 *
 * @throws Refusal `origin_refused`
 */
export function requireOrigin(request: Request, policy: OriginPolicy): void {
  const site = request.headers.get("Sec-Fetch-Site");
  const origin = request.headers.get("Origin");
  // `null` is what a sandboxed frame or a redirect sends; it is no origin and never on the list.
  const isListed = origin !== null && origin !== "null" && policy.origins.has(origin);
  const isAllowed =
    site === null ? isListed : site === "same-origin" || (site === "same-site" && isListed);
  if (!isAllowed) throw new Refusal("origin_refused");
}
