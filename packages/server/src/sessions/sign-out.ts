// Signing out, by whatever the client still has: a refresh token, cookies, an access token. It is
// idempotent, and never says "signed out" of a session that lives. RFC 7009 section 2.2.

import { type OriginPolicy, requireSameOrigin } from "../http/csrf.ts";
import { Refusal } from "../http/refusal.ts";
import { type AuthenticatorOptions, verifyBearer } from "../tokens/authenticate.ts";
import type { Ending } from "./end-session.ts";
import type { Sessions } from "./session-service.ts";
import { refreshCookies } from "./transport.ts";

/** What signing out needs. */
export interface SignOutDeps extends Pick<AuthenticatorOptions, "keyRing" | "issuer"> {
  readonly sessions: Sessions;
  readonly originPolicy: OriginPolicy;
}

/** A request to sign out. */
export interface SignOutInput {
  readonly request: Request;
  readonly refreshToken: string | undefined;
  readonly address: string | null;
  readonly userAgent: string | null;
  /** Milliseconds. */
  readonly now: number;
}

/**
 * Ends every session that the request has a credential of.
 *
 * `clearsCookies` is false for a request without any proof that it is the application's own: a
 * foreign page's empty form must not sign a browser out.
 *
 * @throws Refusal `origin_refused`, `unsupported_media_type` when it acts by cookie alone and may
 * not; `invalid_token` when a refused access token is all it has
 */
export async function signOut(
  deps: SignOutDeps,
  input: SignOutInput,
): Promise<{ readonly clearsCookies: boolean }> {
  const { request, refreshToken } = input;
  const { sessions } = deps;
  const cookies = refreshCookies(request, deps.issuer);
  const bearer = bearerOf(deps, input);
  const hasBearer = bearer !== null && !(bearer instanceof Refusal);

  if (!hasBearer && refreshToken === undefined) {
    if (cookies.length > 0) requireSameOrigin(request, deps.originPolicy);
    else if (bearer !== null) throw bearer;
  }
  const ending: Ending = {
    reason: "signed_out",
    actorId: null,
    address: input.address,
    userAgent: input.userAgent,
    now: input.now,
  };
  // Only a page that an origin rule let through can send an Authorization header or JSON mark.
  const mayUseCookies = hasBearer || isSameOrigin(request, deps.originPolicy);
  const tokens = [
    ...(refreshToken === undefined ? [] : [refreshToken]),
    ...(mayUseCookies ? cookies : []),
  ];
  await sessions.endPresented(tokens, ending);
  if (hasBearer && bearer.sessionId !== null) {
    const userId = bearer.userId;
    await sessions.end(bearer.sessionId, { ...ending, actorId: userId, userId });
  }
  // A JSON body is a proof too, but it must not clear cookies whose session stays alive.
  const isJsonOnly = refreshToken !== undefined && cookies.length === 0;
  return { clearsCookies: mayUseCookies || isJsonOnly };
}

interface Bearer {
  readonly userId: string;
  readonly sessionId: string | null;
}

// A refused access token is set aside while something else may sign out: a client signs out with
// an expired one more often than not. One that was taken back may still end its own session.
function bearerOf(deps: SignOutDeps, input: SignOutInput): Bearer | Refusal | null {
  try {
    const { principal } = verifyBearer(deps, input.request, input.now);
    return { userId: principal.subject, sessionId: principal.sessionId };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.code === "token_required" ? null : error;
  }
}

function isSameOrigin(request: Request, policy: OriginPolicy): boolean {
  try {
    requireSameOrigin(request, policy);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
