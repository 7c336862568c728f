// The WWW-Authenticate header of a refusal; RFC 6750 section 3, RFC 9470 section 3. Written by
// server and guard alike.

/** Why a token is refused; "expired" and "retired" mean: renew once and try again. */
export type RefusalReason =
  | "expired"
  | "retired"
  | "malformed"
  | "not_yet_valid"
  | "wrong_audience"
  | "wrong_issuer"
  | "wrong_type"
  | "unknown_key"
  | "bad_signature";

/** A bearer challenge. `error` is absent when the request carried no credentials at all. */
export interface BearerChallenge {
  readonly realm?: string;
  readonly error?:
    | "invalid_request"
    | "invalid_token"
    | "insufficient_scope"
    | "insufficient_user_authentication";
  readonly description?: string;
  readonly scope?: string;
  /** Seconds since the user last signed in, at most; RFC 9470 section 3. */
  readonly maxAge?: number;
  /** Acceptable authentication contexts, space separated; RFC 9470 section 3. */
  readonly acrValues?: string;
  readonly reason?: RefusalReason;
}

/** Formats a challenge as the value of a WWW-Authenticate header. */
export function formatChallenge(challenge: BearerChallenge): string {
  const parameters: string[] = [];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) parameters.push(`${name}="${quotable(value)}"`);
  };
  add("realm", challenge.realm);
  add("error", challenge.error);
  add("error_description", challenge.description);
  add("scope", challenge.scope);
  add("max_age", challenge.maxAge === undefined ? undefined : String(challenge.maxAge));
  add("acr_values", challenge.acrValues);
  add("latchkey_reason", challenge.reason);
  return parameters.length === 0 ? "Bearer" : `Bearer ${parameters.join(", ")}`;
}

// RFC 6750 section 3 allows %x20-21 / %x23-5B / %x5D-7E inside the quotes; anything else could
// end the string early or split the header.
function quotable(value: string): string {
  return value.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "_");
}
