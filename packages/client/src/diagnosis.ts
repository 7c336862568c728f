// Finds out why a page of another origin gets no answer that it may read. Whether two hosts are of one
// site only the browser knows (it has the public-suffix list), and it tells the server in
// `Sec-Fetch-Site`; so the server is asked, and nothing is guessed from names.

import type { LatchkeyClientError } from "./error.ts";
import type { Fetch } from "./server-call.ts";

/** Milliseconds that the question may take. */
const PATIENCE = 3_000;

/** What a diagnosis needs. */
export interface DiagnosisDeps {
  readonly send: Fetch;
  /** Base URL of the server. */
  readonly url: string;
  /** Origin of this page, which is not the server's. */
  readonly pageOrigin: string;
  readonly ClientError: typeof LatchkeyClientError;
}

/** What is known of the way to the server. */
export interface Diagnosis {
  /** The server answered this origin: what comes later is not its set-up. */
  readonly reach: () => void;
  /** Finds what stands behind an error; others it leaves as they are. */
  readonly explain: (error: LatchkeyClientError) => Promise<LatchkeyClientError>;
}

/** Creates the diagnosis of a page. */
export function createDiagnosis(deps: DiagnosisDeps): Diagnosis {
  const { send, url, pageOrigin, ClientError } = deps;
  let wasReached = false;

  async function explain(found: LatchkeyClientError): Promise<LatchkeyClientError> {
    // It was readable, so the origin is on the list; what was refused is the site.
    if (found.code === "origin_refused") {
      const message =
        `${pageOrigin} and ${url} are two sites, so the browser sends no cookie: put the server ` +
        "behind a same-site proxy (docs/browser.md)";
      return new ClientError("cross_site", message, { cause: found });
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
    return new ClientError("origin_not_allowed", message, { cause: found });
  }

  return {
    explain,
    reach: () => {
      wasReached = true;
    },
  };
}
