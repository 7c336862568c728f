// What goes wrong, as one error class with a code. A refusal of the server keeps the server's code;
// the codes of this file are for what happens on this side.

import type { ErrorCode, InvalidMember } from "@latchkey/protocol";

/**
 * What happens on the client's side.
 *
 * - `unreachable`: no answer came, or only answers that say "later"; tried again by itself
 * - `cross_site`: page and server are on two sites, so the browser keeps the cookies back
 * - `origin_not_allowed`: the server answers, but not to this page's origin
 * - `cookies_blocked`: signing in worked, and the browser kept no cookie of it
 * - `frame_unavailable`: a warning, never thrown: the page renews without the server's frame
 * - `unexpected_answer`: an answer that no Latchkey server gives
 */
export type ClientErrorCode =
  | "unreachable"
  | "cross_site"
  | "origin_not_allowed"
  | "cookies_blocked"
  | "frame_unavailable"
  | "unexpected_answer";

/** What is known of an error besides its code. */
export interface ClientErrorDetails {
  /** HTTP status of the answer; absent when there was none. */
  readonly status?: number;
  /** Members of the request that the server names as invalid. */
  readonly errors?: readonly InvalidMember[];
  /** Seconds to wait before the next try, as the server asks. */
  readonly retryAfter?: number | undefined;
  /** The whole problem document of a refusal; RFC 9457. */
  readonly problem?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * An error of the client or a refusal of the server. The message is for developers and holds no
 * token; `code` is what a program looks at.
 *
 * @example
 * ```ts
 * try {
 *   await client.signIn({ email, password });
 * } catch (error) {
 *   if (error instanceof LatchkeyClientError && error.code === "invalid_credentials") showHint();
 *   else throw error;
 * }
 * ```
 */
export class LatchkeyClientError extends Error {
  override readonly name = "LatchkeyClientError";
  readonly code: ClientErrorCode | ErrorCode;
  declare readonly status: number | undefined;
  readonly errors: readonly InvalidMember[] = [];
  declare readonly retryAfter: number | undefined;
  readonly problem: Readonly<Record<string, unknown>> = {};

  constructor(
    code: ClientErrorCode | ErrorCode,
    message: string,
    { cause, ...details }: ClientErrorDetails = {},
  ) {
    super(message, { cause });
    this.code = code;
    Object.assign(this, details);
  }
}

/** The error of a request that no answer came to. */
export function unreachable(cause: unknown): LatchkeyClientError {
  return new LatchkeyClientError("unreachable", "The server did not answer", { cause });
}
