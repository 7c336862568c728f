// Who is signed in, for requests that an access token changes and does not gate. A token that is not
// accepted is refused all the same: whoever sends one must know what it is worth.

import type { Context } from "hono";
import type { AppEnv } from "../../http/app.ts";
import type { Authenticate } from "../../tokens/authenticate.ts";

/** Who is signed in. */
export interface SignedIn {
  readonly userId: string;
  readonly sessionId: string | null;
}

/**
 * Reads who is signed in; null for a request without an Authorization header.
 *
 * @throws Refusal `invalid_token`, `invalid_request`
 */
export async function signedInOf(
  c: Context<AppEnv>,
  authenticate: Authenticate,
): Promise<SignedIn | null> {
  if (!c.req.raw.headers.has("Authorization")) return null;
  return requireSignedIn(c, authenticate);
}

/**
 * Reads who is signed in.
 *
 * @throws Refusal `token_required`, `invalid_token`, `invalid_request`
 */
export async function requireSignedIn(
  c: Context<AppEnv>,
  authenticate: Authenticate,
): Promise<SignedIn> {
  const { subject, sessionId } = await authenticate(c.req.raw, c.get("now"));
  return { userId: subject, sessionId };
}
