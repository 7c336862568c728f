// What a client can be told, checked when it is made: a mistake is a TypeError at once, not a puzzle
// at the first request.

import type { StepUpChallenge } from "./challenge.ts";
import type { LatchkeyClientError } from "./error.ts";
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
  /**
   * Something works less well than it could, such as `frame_unavailable`: told once. Default: a
   * warning on the console.
   */
  readonly onWarning?: (warning: LatchkeyClientError) => void;
}

/** Checked options. */
export interface ResolvedOptions {
  /** Without a slash at its end. */
  readonly url: string;
  readonly origins: ReadonlySet<string>;
  readonly storage: TokenStore | undefined;
  readonly onStepUp: ClientOptions["onStepUp"];
  readonly onWarning: ClientOptions["onWarning"];
}

/**
 * Checks options and fills in the defaults.
 *
 * @throws TypeError
 */
export function resolveOptions(
  { url = "/", apis = [], storage, onStepUp, onWarning }: ClientOptions,
  pageOrigin: string | null,
): ResolvedOptions {
  const page = pageOrigin ?? undefined;
  // `new URL` throws a TypeError itself.
  const server = new URL(url, page);
  if (!/^https?:[^?#]*$/.test(server.href)) throw new TypeError("url: http(s), without a query");
  for (const api of apis) {
    if (new URL(api).origin !== api) throw new TypeError(`apis: ${api} is no origin`);
  }
  return {
    url: server.href.replace(/\/+$/, ""),
    origins: new Set([server.origin, ...(pageOrigin === null ? [] : [pageOrigin]), ...apis]),
    storage,
    onStepUp,
    onWarning,
  };
}
