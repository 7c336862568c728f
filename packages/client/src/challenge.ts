// What a refusal of an API asks for, from its WWW-Authenticate header; RFC 6750 section 3, RFC 9470.
// A server on another origin has to expose the header (Access-Control-Expose-Headers).

/** An API asks for a stronger or a fresher sign-in; RFC 9470 section 3. */
export interface StepUpChallenge {
  /** Seconds since the last sign-in, at most. */
  readonly maxAge: number | null;
  /** Authentication contexts, any of which will do. */
  readonly acrValues: readonly string[];
}

/** What a 401 asks for. */
export type Demand =
  | { readonly kind: "renewal" }
  | { readonly kind: "step_up"; readonly challenge: StepUpChallenge }
  | { readonly kind: "nothing" };

/** Reads what an answer asks for. */
export function readDemand(response: Response): Demand {
  const header = response.status === 401 ? response.headers.get("WWW-Authenticate") : null;
  const parameter = (name: string): string | undefined =>
    new RegExp(`\\b${name}="([^"]*)"`).exec(header ?? "")?.[1];
  const reason = parameter("latchkey_reason");
  // Other reasons would be the same for a fresh token.
  if (reason === "expired" || reason === "retired") return { kind: "renewal" };
  if (parameter("error") !== "insufficient_user_authentication") return { kind: "nothing" };
  const maxAge = parameter("max_age");
  return {
    kind: "step_up",
    challenge: {
      maxAge: maxAge === undefined ? null : Number(maxAge),
      acrValues: parameter("acr_values")?.match(/\S+/g) ?? [],
    },
  };
}
