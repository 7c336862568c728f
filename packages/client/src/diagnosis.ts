// Finds out why a browser gets no answer that it may read. Whether two hosts are of one site only the
// browser knows (it has the public-suffix list), and it tells the server in `Sec-Fetch-Site`; so the
// server is asked, and nothing is guessed from names.

import { LatchkeyClientError } from "./error.ts";

/** Milliseconds that the question may take. */
const PATIENCE = 3_000;

/** What a diagnosis needs. */
export interface DiagnosisDeps {
  readonly send: typeof fetch;
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
        `This page (${pageOrigin}) and the server (${url}) are on two sites, and the browser sends ` +
        "no cookie from one to the other. Put the server behind a same-site proxy: docs/browser.md";
      return new LatchkeyClientError("cross_site", message, { cause: found });
    }
    wasReached ||= found.status !== undefined;
    if (found.code !== "unreachable" || wasReached) return found;
    // An answer to a question without credentials, which the page may not read: the server is
    // there, and it is this origin that it does not answer.
    const isThere = await send(`${url}/healthz`, {
      mode: "no-cors",
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    }).then(
      () => true,
      () => false,
    );
    if (!isThere) return found;
    const message =
      `The server (${url}) does not answer the origin ${pageOrigin}. On one site, start it with ` +
      `--origin ${pageOrigin}; on two, put it behind a same-site proxy: docs/browser.md`;
    return new LatchkeyClientError("origin_not_allowed", message, { cause: found });
  };
}
