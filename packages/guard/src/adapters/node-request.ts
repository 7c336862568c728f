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
        const values: string[] = [];
        for (let index = 0; index < rawHeaders.length; index += 2) {
          if (rawHeaders[index]?.toLowerCase() === name.toLowerCase()) {
            values.push(rawHeaders[index + 1] ?? "");
          }
        }
        return values.length === 0 ? null : values.join(", ");
      },
    },
  };
}
