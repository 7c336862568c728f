// The error that a feature throws to refuse a request. Its code is public and in the registry; its
// cause goes to the log only. problem.ts turns it into a response.

import type { JsonObject } from "@latchkey/jose";
import { type ErrorCode, errorRegistry, type InvalidMember } from "@latchkey/protocol";

/** What a refusal adds to its code. */
export interface RefusalOptions {
  /** Public. Default: the remedy of the registry. Never holds input, a token or a secret. */
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The members of the body that are wrong. */
  readonly errors?: readonly InvalidMember[];
  /** Further members of the problem document (RFC 9457 section 3.2). */
  readonly members?: JsonObject;
  /** Private: for the log. */
  readonly cause?: unknown;
}

/**
 * Thrown to refuse a request.
 *
 * @example
 * ```ts
 * throw new Refusal("rate_limited", { headers: { "Retry-After": "30" } });
 * ```
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly InvalidMember[] | undefined;
  readonly members: JsonObject | undefined;

  constructor(code: ErrorCode, options: RefusalOptions = {}) {
    super(
      errorRegistry[code].title,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.detail = options.detail;
    this.headers = options.headers ?? {};
    this.errors = options.errors;
    this.members = options.members;
  }
}
