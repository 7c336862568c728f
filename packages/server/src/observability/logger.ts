// The server's logger: JSON lines with redaction as the second line of defence. The first one is
// that nothing secret is handed to it. The access log has the path without its query.

import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger } from "pino";

// Members that hold secrets in our own shapes, at the top and one level down.
const SECRET_MEMBERS = [
  "password",
  "access_token",
  "refresh_token",
  "token",
  "code",
  "secret",
  "authorization",
  "cookie",
  "passwordHash",
  "password_hash",
] as const;

/** Characters of a path in the access log; the rest is cut. */
export const MAX_LOGGED_PATH = 512;

/** Creates the server's logger. */
export function createLogger(
  options: { readonly level?: string; readonly destination?: DestinationStream } = {},
): Logger {
  const settings = {
    name: "latchkey",
    level: options.level ?? "info",
    redact: {
      paths: SECRET_MEMBERS.flatMap((name) => [
        // `code` at the top of a line is an error code of the registry.
        ...(name === "code" ? [] : [name]),
        ...(name === "code" ? [] : [`*.${name}`]),
        `headers.${name}`,
        `body.${name}`,
        `query.${name}`,
      ]),
      censor: "[redacted]",
    },
    serializers: { err: serializeError },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

/** One answered request. */
export interface AccessLine {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Milliseconds. */
  readonly ms: number;
}

/** Writes the access-log line of one request. */
export function logAccess(log: Logger, line: AccessLine): void {
  log.info({ ...line, path: line.path.slice(0, MAX_LOGGED_PATH) }, "request");
}

// pino's own serializer copies every enumerable member of an error, and libraries hang requests,
// parameters and rows on theirs.
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: typeof error };
  const code: unknown = Reflect.get(error, "code");
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === "string" ? { code } : {}),
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  };
}
