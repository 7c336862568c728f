// What a client can be told, checked when it is made: a mistake is a TypeError at once, not a puzzle
// at the first request.

import type { StepUpChallenge } from "./challenge.ts";
import type { TokenStore } from "./token-store.ts";

/** Options of a client. */
export interface ClientOptions {
  /**
   * Base URL of the server: its issuer, or the same-site proxy in front of it. Default: the page's
   * own origin.
   */
  readonly url?: string;
  /** Origins of APIs that get the access token, besides the server's and the page's own. */
  readonly apis?: readonly string[];
  /**
   * For native apps: `nativeStorage` of `@latchkey/client/native` keeps the refresh token. Default:
   * the browser's cookies.
   */
  readonly storage?: TokenStore;
  /**
   * An API asks for a fresher or stronger sign-in (RFC 9470). Let the person step up, and answer
   * true to have the request sent again.
   */
  readonly onStepUp?: (challenge: StepUpChallenge) => Promise<boolean>;
}

/** Checked options. */
export interface ResolvedOptions {
  /** Without a slash at its end. */
  readonly url: string;
  readonly origins: ReadonlySet<string>;
  readonly storage: TokenStore | undefined;
  readonly onStepUp: ClientOptions["onStepUp"];
}

/**
 * Checks options and fills in the defaults.
 *
 * @throws TypeError
 */
export function resolveOptions(
  { url = "/", apis = [], storage, onStepUp }: ClientOptions,
  pageOrigin: string | null,
): ResolvedOptions {
  const page = pageOrigin ?? undefined;
  if (!URL.canParse(url, page)) throw new TypeError("url: an absolute URL, outside of a browser");
  const server = new URL(url, page);
  if (!/^https?:$/.test(server.protocol) || `${server.search}${server.hash}` !== "") {
    throw new TypeError("url: http or https, without query and fragment");
  }
  for (const api of apis) {
    if (!URL.canParse(api) || new URL(api).origin !== api) {
      throw new TypeError(`apis: ${api} is not an origin such as https://api.example`);
    }
  }
  return {
    url: server.href.replace(/\/+$/, ""),
    origins: new Set([server.origin, ...(pageOrigin === null ? [] : [pageOrigin]), ...apis]),
    storage,
    onStepUp,
  };
}
