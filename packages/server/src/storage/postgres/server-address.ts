// From a URL to the driver's settings. The server's own limits travel with the start of a connection;
// a pooler that refuses such parameters is asked again without them, and the role's settings count
// then (docs/postgres.md).

import type { ClientConfig } from "pg";
import { DatabaseError } from "../database.ts";
import { sqlState } from "./failure.ts";

/** Milliseconds after which the server gives up a statement. */
export const STATEMENT_TIMEOUT = 4_000;

/** Milliseconds that a statement waits for a lock. */
export const LOCK_TIMEOUT = 2_000;

/** Milliseconds to connect. */
export const CONNECT_TIMEOUT = 3_000;

/** Opens something with settings that the server accepts. */
export type Connector = <Opened>(
  open: (config: ClientConfig) => Promise<Opened>,
) => Promise<Opened>;

/**
 * Makes a connector.
 *
 * @throws DatabaseError database_unavailable when the URL is not one of PostgreSQL
 */
export function createConnector(options: {
  readonly url: string;
  readonly schema?: string;
  readonly statementTimeout?: number;
}): Connector {
  checkUrl(options.url);
  const bare: ClientConfig = {
    connectionString: options.url,
    application_name: "latchkey",
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
  const full: ClientConfig = { ...bare, options: startParameters(options) };
  let isRefused = false;
  return async (open) => {
    if (isRefused) return open(bare);
    try {
      return await open(full);
    } catch (error) {
      // protocol_violation: PgBouncer's "unsupported startup parameter".
      if (sqlState(error) !== "08P01") throw error;
      const opened = await open(bare);
      isRefused = true;
      return opened;
    }
  };
}

function startParameters(options: {
  readonly schema?: string;
  readonly statementTimeout?: number;
}): string {
  const { schema, statementTimeout = STATEMENT_TIMEOUT } = options;
  const parameters = [
    // Under another default a statement would not see what was committed while it waited for a lock.
    String.raw`default_transaction_isolation=read\ committed`,
    `statement_timeout=${statementTimeout}`,
    `lock_timeout=${LOCK_TIMEOUT}`,
    `idle_in_transaction_session_timeout=${STATEMENT_TIMEOUT}`,
    ...(schema === undefined ? [] : [`search_path=${quoteOption(schema)}`]),
  ];
  return parameters.map((parameter) => `-c ${parameter}`).join(" ");
}

// In `options` a space ends a parameter and a backslash quotes; the name itself is an identifier.
function quoteOption(schema: string): string {
  return `"${schema.replaceAll('"', '""')}"`.replaceAll(/[\\ ]/g, "\\$&");
}

function checkUrl(url: string): void {
  const isOne = URL.canParse(url) && /^postgres(?:ql)?:$/.test(new URL(url).protocol);
  // It holds a password and is not repeated.
  if (!isOne) throw new DatabaseError("database_unavailable", "the URL is not postgres://...");
}

/** Tells whether what travels to the server can be read on the way: no TLS, and no loopback. */
export function isExposed(url: string): boolean {
  const { hostname, searchParams } = new URL(url);
  const host = searchParams.get("host") ?? hostname;
  const isLocal =
    host === "" || host.startsWith("/") || /^(?:localhost$|127\.|\[?::1\]?$)/.test(host);
  const mode = searchParams.get("sslmode") ?? (searchParams.get("ssl") === "true" ? "require" : "");
  return !isLocal && !/^(?:require|verify-ca|verify-full)$/.test(mode);
}
