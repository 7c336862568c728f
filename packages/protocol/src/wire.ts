// The JSON that the server answers and clients read. Names are snake_case because this is the
// wire; times are RFC 3339 strings; identifiers are 22 characters (identifiers.ts).

import type { JsonObject } from "@latchkey/jose";

/** How a client keeps its refresh token: in a cookie (browsers) or from the body (native apps). */
export type Transport = "body" | "cookie";

/** A user as the user sees themselves. */
export interface UserAnswer {
  readonly id: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly username: string | null;
  readonly name: string | null;
  readonly roles: readonly string[];
  readonly created_at: string;
}

/** What a renewal answers; RFC 6749 section 5.1. `expires_in` is in seconds. */
export interface RefreshAnswer {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  /** Only with the body transport, and only when the refresh token advanced or is repeated. */
  readonly refresh_token?: string;
  /** Only with the body transport: lets a client store a higher generation only. */
  readonly refresh_generation?: number;
  /** False when a fresh access token comes without a new refresh token. */
  readonly rotated: boolean;
}

/** What signing in answers: the token and the account's data in one. */
export interface LoginAnswer extends Omit<RefreshAnswer, "rotated"> {
  readonly user: UserAnswer;
  /** Only when a second factor was set up with this sign-in; shown once. */
  readonly recovery_codes?: readonly string[];
}

/** One signed-in device in the session list. */
export interface SessionAnswer {
  readonly id: string;
  readonly device: string | null;
  /** Coarse, such as a city; null unless the server has a lookup that knows. */
  readonly place: string | null;
  readonly created_at: string;
  readonly last_seen_at: string;
  readonly current: boolean;
}

/** An event of the audit log. */
export interface AuditEventAnswer {
  readonly id: string;
  readonly at: string;
  /** Such as `login` or `user.role_given`. */
  readonly kind: string;
  readonly outcome: "success" | "failure";
  /** A user's id, `operator` for the command line, or null when nobody is known. */
  readonly actor_id: string | null;
  /** Whom it concerns. */
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly address: string | null;
  readonly user_agent: string | null;
  /** Browser and system in words. */
  readonly device: string | null;
  readonly detail: JsonObject;
}

/** A page of a list; `next` is the cursor of the following page, or null. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Carries the attempt key of a renewal: 32 random bytes in base64url, as secret as the token. */
export const ATTEMPT_KEY_HEADER = "Idempotency-Key";

/** Carries up to four settled attempt keys, comma separated. */
export const SETTLED_KEYS_HEADER = "Latchkey-Settled-Keys";

/** Marks a request made by a script of the application; a plain form cannot send it (CSRF). */
export const REQUEST_MARK_HEADER = "Latchkey-Request";
