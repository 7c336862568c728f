// Who asks: client_secret_basic, RFC 6749 section 2.3.1. Id and secret are form-urlencoded before
// they are joined by a colon and encoded in base64. An unknown client and a wrong secret take the
// same path and get the same answer.

import { timingSafeEqual } from "node:crypto";
import { isIdentifier } from "@latchkey/protocol";
import type { Context } from "hono";
import { networkOf } from "../http/address.ts";
import type { AppEnv } from "../http/app.ts";
import { createRateLimiter, type RateLimit } from "../http/rate-limit.ts";
import { Refusal } from "../http/refusal.ts";
import type { Database } from "../storage/database.ts";
import { type Client, hashClientSecret, readClient } from "./client.ts";

/** Refused attempts of one network. */
export const CLIENT_ATTEMPTS: RateLimit = { attempts: 30, per: 60 };

/** Characters of an Authorization header that is read. */
const MAX_HEADER_LENGTH = 512;

const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i;

/** What the authenticator looks at. */
export interface ClientRequest {
  readonly authorization: string | null;
  readonly address: string | null;
  /** Milliseconds. */
  readonly now: number;
}

/** Authenticates a client. @throws Refusal `invalid_client`, `rate_limited` */
export type AuthenticateClient = (request: ClientRequest) => Promise<Client>;

/** Creates the function that authenticates clients. */
export function createClientAuthenticator(
  database: Database,
  limit: RateLimit = CLIENT_ATTEMPTS,
): AuthenticateClient {
  const attempts = createRateLimiter(limit);
  return async ({ authorization, address, now }) => {
    const credentials = parseBasic(authorization);
    if (credentials === undefined) throw refuse();
    const network = address === null ? "" : networkOf(address);
    const client = isIdentifier(credentials.id)
      ? await readClient(database, credentials.id)
      : undefined;
    const given = hashClientSecret(credentials.secret);
    const expected = client === undefined ? hashClientSecret("") : Buffer.from(client.secretHash);
    const isRight = timingSafeEqual(given, expected);
    if (client !== undefined && isRight && client.suspendedAt === null) return client;
    // Only refused attempts count: nobody guesses 256 random bits, and a neighbour's guesses must
    // not keep an honest client out.
    attempts.count(network, now);
    throw refuse();
  };
}

/** Lets only registered clients pass: any kind may read the feed. */
export function requireClient(
  authenticate: AuthenticateClient,
): (c: Context<AppEnv>) => Promise<void> {
  return async (c) => {
    await authenticate({
      authorization: c.req.header("Authorization") ?? null,
      address: c.get("address"),
      now: c.get("now"),
    });
  };
}

/** Reads Basic credentials; undefined when there are none that can be read in one way only. */
export function parseBasic(
  header: string | null,
): { readonly id: string; readonly secret: string } | undefined {
  if (header === null || header.length > MAX_HEADER_LENGTH) return undefined;
  const text = BASIC.exec(header)?.[1];
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, "base64");
  const joined = bytes.toString("utf8");
  const colon = joined.indexOf(":");
  if (colon === -1) return undefined;
  try {
    return { id: formDecode(joined.slice(0, colon)), secret: formDecode(joined.slice(colon + 1)) };
  } catch {
    // Percent signs that encode nothing.
    return undefined;
  }
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

function refuse(): Refusal {
  return new Refusal("invalid_client", {
    headers: { "WWW-Authenticate": 'Basic realm="latchkey", charset="UTF-8"' },
  });
}
