// How a guard shows its issuer who it is: HTTP Basic with a client id and secret, RFC 6749 section
// 2.3.1.

import { Buffer } from "node:buffer";

/** A registered guard's name and secret (`latchkey clients create --kind guard`). */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * The Authorization header of credentials; undefined without them.
 *
 * @throws TypeError
 */
export function parseCredentials(credentials: Credentials | undefined): string | undefined {
  if (credentials === undefined) return undefined;
  const { clientId, clientSecret } = credentials;
  if (!isText(clientId) || !isText(clientSecret)) {
    throw new TypeError("credentials are { clientId, clientSecret }, both texts");
  }
  const pair = `${encodeForm(clientId)}:${encodeForm(clientSecret)}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

// "encoded using the application/x-www-form-urlencoded encoding algorithm" before Basic.
function encodeForm(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}
