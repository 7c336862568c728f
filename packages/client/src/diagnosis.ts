// Finds out why a browser gets no answer that it may read. Whether two hosts are of one site only the
// browser knows (it has the public-suffix list), and it tells the server in `Sec-Fetch-Site`; so the
// server is asked, and nothing is guessed from names.

import { LatchkeyClientError } from "./error.ts";
import type { Fetch } from "./server-call.ts";

/** Milliseconds that the question may take. */
const PATIENCE = 3_000;

/** What a diagnosis needs. */
export interface DiagnosisDeps {
  readonly send: Fetch;
  /** Base URL of the server. */
  readonly url: string;
  /** Origin of this page; null outside of browsers. */
  readonly pageOrigin: string | null;
}

/** Creates the function that finds what stands behind an error; others it leaves as they are. */
export function createDiagnosis(
  deps: DiagnosisDeps,
): (error: LatchkeyClientError) => Promise<LatchkeyClientError> {
  const { send, url, pageOrigin } = deps;
  const isForeign = pageOrigin !== null && new URL(url).origin !== pageOrigin;
  let wasReached = false;

  return async (found) => {
    if (!isForeign) return found;
    // It was readable, so the origin is on the list; what was refused is the site.
    if (found.code === "origin_refused") {
      const message =
        `${pageOrigin} and ${url} are two sites, so the browser sends no cookie: put the server ` +
        "behind a same-site proxy (docs/browser.md)";
      return new LatchkeyClientError("cross_site", message, { cause: found });
    }
    wasReached ||= found.status !== undefined;
    if (found.code !== "unreachable" || wasReached) return found;
    try {
      // An answer to a question without credentials, which the page may not read: the server is
      // there, and it is this origin that it does not answer.
      await send(`${url}/healthz`, {
        mode: "no-cors",
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      return found;
    }
    const message =
      `${url} does not answer ${pageOrigin}: start it with --origin ${pageOrigin}, or put it ` +
      "behind a same-site proxy (docs/browser.md)";
    return new LatchkeyClientError("origin_not_allowed", message, { cause: found });
  };
}
