// Renders tokens into an answer: access token in the body, refresh token in the body or in cookies
// as the session's transport says. Sign-in and renewal both answer through here.

import {
  type CookieSlot,
  cookieSlot,
  type LoginAnswer,
  type RefreshAnswer,
  refreshCookieName,
  type Transport,
  type UserAnswer,
} from "@latchkey/protocol";
import { serializeCookie } from "../http/cookies.ts";
import type { PlainAnswer } from "../http/direct.ts";
import type { IssuedAccessToken } from "../tokens/access-token.ts";
import type { IssuedRefreshToken, Renewal } from "./renewal-attempt.ts";

const SLOTS: readonly CookieSlot[] = [0, 1];

/** What signing in answers. */
export interface SignInTokens {
  readonly issuer: string;
  readonly transport: Transport;
  readonly access: IssuedAccessToken;
  readonly refresh: IssuedRefreshToken;
  readonly user: UserAnswer;
  /** Those that were made with this sign-in; shown once. */
  readonly recoveryCodes?: readonly string[];
}

/** Answers a sign-in. Both slots are written, so no token of an earlier session stays behind. */
export function signInAnswer(tokens: SignInTokens): Response {
  const { issuer, transport, access, refresh, user, recoveryCodes } = tokens;
  const body: LoginAnswer = {
    ...accessMembers(access),
    ...(transport === "body" ? refreshMembers(refresh) : {}),
    user,
    ...(recoveryCodes === undefined ? {} : { recovery_codes: recoveryCodes }),
  };
  const cookies =
    transport === "cookie" ? SLOTS.map((slot) => slotCookie(issuer, slot, refresh)) : [];
  return tokenResponse(body, cookies);
}

/** Answers a renewal. Only the slot of the token's generation is written. */
export function refreshAnswer(issuer: string, renewal: Renewal): PlainAnswer {
  const { transport, access, refresh } = renewal;
  const body: RefreshAnswer = {
    ...accessMembers(access),
    ...(transport === "body" && refresh !== null ? refreshMembers(refresh) : {}),
    rotated: refresh !== null,
  };
  const cookie =
    transport === "cookie" && refresh !== null
      ? { "Set-Cookie": slotCookie(issuer, cookieSlot(refresh.generation), refresh) }
      : {};
  return { status: 200, headers: { ...TOKEN_HEADERS, ...cookie }, body: JSON.stringify(body) };
}

/** Answers an access token alone. */
export function accessAnswer(access: IssuedAccessToken): Response {
  return tokenResponse(accessMembers(access), []);
}

/** Answers a sign-out: 204, and both slots cleared unless the issuer is null. */
export function signOutAnswer(issuer: string | null): Response {
  const response = new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } });
  if (issuer === null) return response;
  for (const slot of SLOTS) {
    response.headers.append(
      "Set-Cookie",
      serializeCookie(refreshCookieName(issuer, slot), "", cookieOptions(issuer, 0)),
    );
  }
  return response;
}

/** The members of an answer that carry an access token. */
export interface AccessMembers {
  readonly access_token: string;
  readonly token_type: "Bearer";
  /** Seconds. */
  readonly expires_in: number;
}

/** Renders an access token as members of an answer. */
export function accessMembers(access: IssuedAccessToken): AccessMembers {
  return { access_token: access.token, token_type: "Bearer", expires_in: access.expiresIn };
}

function refreshMembers(refresh: IssuedRefreshToken) {
  return { refresh_token: refresh.token, refresh_generation: refresh.generation };
}

function slotCookie(issuer: string, slot: CookieSlot, refresh: IssuedRefreshToken): string {
  const name = refreshCookieName(issuer, slot);
  return serializeCookie(name, refresh.token, cookieOptions(issuer, refresh.maxAge));
}

function cookieOptions(issuer: string, maxAge: number | null) {
  // Only an http issuer goes without Secure: Safari drops such cookies from loopback otherwise.
  return { maxAge, secure: issuer.startsWith("https:"), sameSite: "Strict" } as const;
}

// RFC 6749 section 5.1: "MUST include Cache-Control no-store ... in any response containing tokens".
const TOKEN_HEADERS = { "Content-Type": "application/json", "Cache-Control": "no-store" };

function tokenResponse(body: object, cookies: readonly string[]): Response {
  const response = new Response(JSON.stringify(body), { headers: TOKEN_HEADERS });
  for (const cookie of cookies) response.headers.append("Set-Cookie", cookie);
  return response;
}
