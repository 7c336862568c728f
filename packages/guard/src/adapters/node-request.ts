// What a guard reads, from a request of node:http. Shared by the adapters of frameworks on it.

import type { IncomingMessage } from "node:http";
import type { GuardRequest } from "../authentication.ts";

/**
 * Shows a node:http request to a guard.
 *
 * `req.headers.authorization` hides the second of two Authorization headers; the raw list does
 * not, and the guard refuses both (RFC 6750 section 2, attack P1).
 */
export function nodeRequest(request: IncomingMessage): GuardRequest {
  const { rawHeaders } = request;
  return {
    method: request.method ?? "GET",
    url: request.url ?? "/",
    headers: {
      get: (name) => {
        const wanted = name.toLowerCase();
        let found: string | null = null;
        for (let index = 0; index < rawHeaders.length; index += 2) {
          const raw = rawHeaders[index] ?? "";
          // The length first: this runs for every header of every request.
          if (raw.length !== wanted.length || raw.toLowerCase() !== wanted) continue;
          const value = rawHeaders[index + 1] ?? "";
          found = found === null ? value : `${found}, ${value}`;
        }
        return found;
      },
    },
  };
}
