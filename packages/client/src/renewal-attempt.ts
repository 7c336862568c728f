// One renewal: what is sent, and what its answer comes to. It is given up well below the server's
// window, so that no forgotten request is decided late and taken for theft. Design section 3.

import { type LatchkeyClientError, unreachable } from "./error.ts";
import { readJson, refusalError, unexpectedAnswer } from "./answer.ts";
import type { ServerCall } from "./server-call.ts";
import type { TokenStore } from "./token-store.ts";

/** Milliseconds after which a renewal is given up; with the server's 5 s it stays below 10 s. */
export const RENEWAL_DEADLINE = 4_000;

/** Why nobody is signed in. */
export type SignedOutReason =
  | "no_session"
  | "signed_out"
  | "session_expired"
  | "session_ended"
  | "session_compromised";

/** What a renewal comes to. */
export type RenewalOutcome =
  | { readonly kind: "renewed"; readonly accessToken: unknown; readonly expiresIn: unknown }
  | { readonly kind: "signed_out"; readonly reason: SignedOutReason }
  | { readonly kind: "refused"; readonly error: LatchkeyClientError };

/** Sends one renewal. It never rejects. */
export async function attemptRenewal(deps: {
  readonly call: ServerCall;
  readonly store: TokenStore;
  readonly now: () => number;
}): Promise<RenewalOutcome> {
  const { call, store, now } = deps;
  try {
    const attempt = await store.begin();
    if (attempt === null) return { kind: "signed_out", reason: "no_session" };
    const { key, settled, refreshToken } = attempt;
    const sentAt = now();
    const response = await call("/auth/refresh", {
      method: "POST",
      headers: {
        "Idempotency-Key": key,
        ...(settled.length > 0 && { "Latchkey-Settled-Keys": settled.join(",") }),
      },
      json: { refresh_token: refreshToken },
      signal: AbortSignal.timeout(RENEWAL_DEADLINE),
    });
    const body = await readJson(response);
    // Timers stand still while a machine sleeps: an answer from before the sleep counts as lost.
    if (Math.abs(now() - sentAt) > RENEWAL_DEADLINE) throw new Error("late");
    if (!response.ok) return refused(response, body);
    const { access_token: accessToken, expires_in: expiresIn, rotated } = body;
    if (typeof accessToken !== "string") {
      return { kind: "refused", error: unexpectedAnswer(response) };
    }
    // Settled by nothing but an answer with a new refresh token. One that cannot be written down
    // stays pending, like that of a tab that dies here.
    if (rotated === true) await store.settle(attempt, body).catch(ignore);
    return { kind: "renewed", accessToken, expiresIn };
  } catch (cause) {
    return { kind: "refused", error: unreachable(cause) };
  }
}

function refused(response: Response, body: Readonly<Record<string, unknown>>): RenewalOutcome {
  const error = refusalError(response, body);
  const { code } = error;
  if (code.startsWith("refresh_token_")) return { kind: "signed_out", reason: "no_session" };
  if (!code.startsWith("session_")) return { kind: "refused", error };
  // The server's codes of this kind are the reasons of this kind.
  return { kind: "signed_out", reason: code as SignedOutReason };
}

function ignore(): void {
  // Nothing to do: see where it is used.
}
