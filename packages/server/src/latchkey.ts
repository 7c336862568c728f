// A server as its owner holds it: opened when it is first needed, refusing while it cannot open,
// closed when nothing is under way. What it is made of: open-server.ts, server-routes.ts.

import { issuerPath } from "./config/issuer.ts";
import type { LatchkeyConfig } from "./config/latchkey-config.ts";
import { resolveSettings } from "./config/settings.ts";
import type { Caller } from "./http/handler.ts";
import { problemResponse } from "./http/problem.ts";
import { Refusal } from "./http/refusal.ts";
import { addSecurityHeaders } from "./http/security-headers.ts";
import { OPERATOR_PATH } from "./maintenance/backup-routes.ts";
import { type OpenServer, openServer } from "./open-server.ts";
import { createFeedPlaces } from "./revocation/feed-places.ts";

/** Milliseconds that `close` waits for requests under way; a body that never ends is cut off. */
export const CLOSE_PATIENCE = 10_000;

/** Milliseconds that a request waits for a server that is being opened. */
export const OPEN_PATIENCE = 5_000;

/** What a mount knows about a connection. */
export interface Connection {
  /** The peer's address; without it no network is limited. */
  readonly address?: string;
  /**
   * The mount ends a body at its Content-Length, as Node's HTTP does: bodies are then read at once,
   * and not piece by piece.
   */
  readonly isFramed?: boolean;
}

/** A server. */
export interface Latchkey {
  /** Answers a request. It never rejects. */
  fetch(request: Request, connection?: Connection): Promise<Response>;
  /**
   * Answers a request of the operator: the routes under /auth/admin, without a token, and those
   * under /operator, which exist nowhere else. Only for a channel that nobody else can reach: a
   * socket with mode 0600, or a command in this process.
   */
  control(request: Request): Promise<Response>;
  /**
   * Opens the store and the keys; `fetch` does it too when it comes first.
   *
   * @returns the one-time link for the first administrator, while there is none
   * @throws DatabaseError, KeyEncryptionError
   */
  ready(): Promise<{ readonly setupLink: string | null }>;
  /**
   * Ends what never ends by itself: streams of the revocation feed, and requests that wait for it.
   * `close` does it too; a server that first drains its connections calls it before.
   */
  endStreams(): void;
  /** Lets requests under way finish, then closes the store that it opened. */
  close(): Promise<void>;
}

/**
 * Creates a server; nothing is opened before `ready` or the first request.
 *
 * @throws ConfigError `config_invalid`, `issuer_insecure`
 * @example
 * ```ts
 * const latchkey = createLatchkey({
 *   issuer: "http://localhost:4000",
 *   data: ".latchkey",
 *   keyEncryption: { directory: ".latchkey-keys" },
 * });
 * await latchkey.ready();
 * const response = await latchkey.fetch(new Request("http://localhost:4000/healthz"));
 * ```
 */
export function createLatchkey(config: LatchkeyConfig): Latchkey {
  const settings = resolveSettings(config);
  const underWay = countUnderWay();
  const places = createFeedPlaces();
  const closed = new AbortController();
  let opening: Promise<OpenServer> | undefined;
  let opened: OpenServer | undefined;
  let closing: Promise<void> | undefined;

  function open(): Promise<OpenServer> {
    if (closing !== undefined) return Promise.reject(new Refusal("not_ready"));
    if (opening === undefined) {
      opening = openOnce();
    }
    return opening;
  }

  async function openOnce(): Promise<OpenServer> {
    try {
      opened = await openServer(config, settings, places, closed.signal);
      return opened;
    } catch (error) {
      // What stood in the way may be gone at the next try.
      opening = undefined;
      throw error;
    }
  }

  /** For requests: whoever asks while the database is waited for is told to come back. */
  async function openInTime(): Promise<OpenServer> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Refusal("not_ready")), OPEN_PATIENCE);
    });
    try {
      return await Promise.race([open(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async function answer(
    request: Request,
    caller: Caller,
    which: "handler" | "operatorHandler" = "handler",
  ): Promise<Response> {
    underWay.begin();
    try {
      // At once where it can be: each promise between is a turn of every request.
      const server = closing === undefined ? opened : undefined;
      return await (server ?? (await openInTime()))[which](request, caller);
    } catch (error) {
      // A handler never rejects, so this is a server that is not open.
      return refuse(error);
    } finally {
      underWay.end();
    }
  }

  /** The answer of a server that is not open: no handler has made it complete. */
  function refuse(error: unknown): Response {
    if (!(error instanceof Refusal)) settings.log.error({ err: error }, "the server cannot open");
    const response = problemResponse(error);
    addSecurityHeaders(response.headers, { isHttps: settings.issuer.startsWith("https:") });
    return response;
  }

  return {
    fetch: (request, connection = {}) =>
      // By name: whoever passes more, such as `operator`, passes nothing.
      answer(request, {
        isFramed: connection.isFramed === true,
        ...(connection.address === undefined ? {} : { address: connection.address }),
      }),
    control: async (request) => {
      const url = new URL(request.url);
      if (url.pathname.startsWith(`${OPERATOR_PATH}/`)) {
        return answer(request, { operator: true }, "operatorHandler");
      }
      if (!url.pathname.startsWith("/auth/admin/")) return refuse(new Refusal("not_found"));
      url.pathname = `${issuerPath(settings.issuer)}${url.pathname}`;
      return answer(new Request(url, request), { operator: true });
    },
    ready: async () => ({ setupLink: (await open()).setupLink }),
    endStreams: () => places.close(),
    close: () => {
      closing ??= (async () => {
        places.close();
        closed.abort();
        await underWay.settleWithin(CLOSE_PATIENCE);
        // A store that did not open has nothing to close; `ready` told why.
        const server = await opening?.catch(() => undefined);
        await server?.close();
      })();
      return closing;
    },
  };
}

/** Counts requests. Only their number: a Set of them would be remade again and again as they pass. */
function countUnderWay(): {
  readonly begin: () => void;
  readonly end: () => void;
  /** Resolves when there are none, or after some milliseconds. */
  readonly settleWithin: (patience: number) => Promise<void>;
} {
  let count = 0;
  let whenNone: (() => void) | undefined;
  return {
    begin: () => {
      count += 1;
    },
    end: () => {
      count -= 1;
      if (count === 0) whenNone?.();
    },
    settleWithin: async (patience) => {
      if (count === 0) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        whenNone = resolve;
        timer = setTimeout(resolve, patience);
      });
      clearTimeout(timer);
    },
  };
}
