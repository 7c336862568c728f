// What a guard answers: a principal, or everything an adapter needs to refuse. Nothing that the
// request sent is ever repeated in a refusal (RFC 6750 section 3, attack P3).

import {
  type BearerChallenge,
  createProblem,
  type ErrorCode,
  formatChallenge,
  PROBLEM_MEDIA_TYPE,
  type Principal,
  type Problem,
  type RefusalReason,
} from "@latchkey/protocol";

/** The part of a request that a guard reads. A `Request` of the web has this shape. */
export interface GuardRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}

/** The request may go on, in the name of `principal`. */
export interface Accepted {
  readonly ok: true;
  readonly principal: Principal;
}

/** The request must be answered with `status`, `headers` and `problem` as the JSON body. */
export interface Refusal {
  readonly ok: false;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What the WWW-Authenticate header says; null when there is none. */
  readonly challenge: BearerChallenge | null;
  readonly problem: Problem;
}

/** The outcome of authenticating, and perhaps authorizing, a request. */
export type Authentication = Accepted | Refusal;

/** Anything that decides about requests: a guard, or what its `requires` returns. */
export interface Authenticator {
  authenticate(request: GuardRequest): Promise<Authentication>;
  /** The same, without a promise where nothing has to be waited for: what adapters call. */
  checkRequest(request: GuardRequest): Authentication | Promise<Authentication>;
}

/** Makes refusals; the realm is in every challenge when one is configured. */
export class Refusals {
  readonly #realm: { readonly realm?: string };

  constructor(realm: string | undefined) {
    this.#realm = realm === undefined ? {} : { realm };
  }

  /** 401 without an error: the request carried no credentials (RFC 6750 section 3.1). */
  noCredentials(): Refusal {
    return refusal("token_required", this.#realm);
  }

  /** 400: the Authorization header is not one well-formed bearer token. */
  malformedRequest(): Refusal {
    return refusal("invalid_request", {
      ...this.#realm,
      error: "invalid_request",
      description: "The Authorization header must hold exactly one bearer token",
    });
  }

  /** 401: the token is refused. */
  invalidToken(reason: RefusalReason): Refusal {
    return refusal("invalid_token", {
      ...this.#realm,
      error: "invalid_token",
      description: DESCRIPTIONS[reason],
      reason,
    });
  }

  /** 403: the token is good and does not carry what is asked for. */
  notAllowed(scope: string | undefined): Refusal {
    return refusal("permission_denied", {
      ...this.#realm,
      error: "insufficient_scope",
      ...(scope === undefined ? {} : { scope }),
    });
  }

  /** 401: the sign-in behind the token is too old or too weak (RFC 9470 section 3). */
  signInTooWeak(needed: { readonly maxAge?: number; readonly acrValues?: string }): Refusal {
    return refusal("authentication_too_weak", {
      ...this.#realm,
      error: "insufficient_user_authentication",
      ...needed,
    });
  }

  /** 503, or 500 for a failure of the guard itself: it cannot tell, so it does not let pass. */
  unavailable(code: "revocations_unknown" | "keys_unavailable" | "internal"): Refusal {
    return refusal(code, null);
  }
}

const DESCRIPTIONS: Readonly<Record<RefusalReason, string>> = {
  expired: "The token has expired",
  retired: "The token was taken back",
  malformed: "The token is malformed",
  not_yet_valid: "The token is not valid yet",
  wrong_audience: "The token is for another audience",
  wrong_issuer: "The token is of another issuer",
  wrong_type: "The token is not an access token",
  unknown_key: "The token was signed with an unknown key",
  bad_signature: "The token's signature is wrong",
};

const RETRY_AFTER_SECONDS = "1";

function refusal(code: ErrorCode, challenge: BearerChallenge | null): Refusal {
  const problem = createProblem(code);
  const headers: Record<string, string> = {
    "content-type": PROBLEM_MEDIA_TYPE,
    "cache-control": "no-store",
  };
  if (challenge !== null) headers["www-authenticate"] = formatChallenge(challenge);
  if (problem.status === 503) headers["retry-after"] = RETRY_AFTER_SECONDS;
  return Object.freeze({
    ok: false,
    status: problem.status,
    headers: Object.freeze(headers),
    challenge: challenge === null ? null : Object.freeze(challenge),
    problem: Object.freeze(problem),
  });
}
