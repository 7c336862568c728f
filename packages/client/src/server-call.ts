// Requests to the server itself. A browser's carry its cookies, and the mark that a foreign page's
// form cannot carry (CSRF); a native app's carry no cookie at all.

import type { Transport } from "@latchkey/protocol";

/** `fetch`, or what stands in for it. */
export type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

/** What to send. */
export interface CallOptions {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** Sends a request to a path of the server. */
export type ServerCall = (path: string, options: CallOptions) => Promise<Response>;

/** Creates the function that sends; `url` has no slash at its end. */
export function createServerCall(send: Fetch, url: string, transport: Transport): ServerCall {
  const isCookie = transport === "cookie";
  return (path, { method, headers, json, signal }) =>
    send(url + path, {
      method,
      headers: {
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        ...(isCookie ? { "Latchkey-Request": "1" } : {}),
        ...headers,
      },
      credentials: isCookie ? "include" : "omit",
      // Credentials follow nobody elsewhere.
      redirect: "error",
      body: json === undefined ? null : JSON.stringify(json),
      signal: signal ?? null,
    });
}
