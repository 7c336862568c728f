// What a refusal of an API asks for, from its WWW-Authenticate header; RFC 6750 section 3, RFC 9470.
// A server on another origin has to expose the header (Access-Control-Expose-Headers).

/** An API asks for a stronger or a fresher sign-in; RFC 9470 section 3. */
export interface StepUpChallenge {
  /** Seconds since the last sign-in, at most. */
  readonly maxAge: number | null;
  /** Authentication contexts, any of which will do. */
  readonly acrValues: readonly string[];
}

/** Reads what a 401 asks for; undefined for any other answer, and when it asks for nothing. */
export function readDemand(response: Response): "renewal" | StepUpChallenge | undefined {
  const header = response.headers.get("WWW-Authenticate") ?? "";
  const parameter = (name: string): string | undefined =>
    new RegExp(`\\b${name}="([^"]*)"`).exec(header)?.[1];
  if (response.status !== 401) return undefined;
  // Other reasons would be the same for a fresh token.
  if (/^(expired|retired)$/.test(parameter("latchkey_reason") ?? "")) return "renewal";
  if (parameter("error") !== "insufficient_user_authentication") return undefined;
  const maxAge = parameter("max_age");
  return {
    maxAge: maxAge === undefined ? null : Number(maxAge),
    acrValues: parameter("acr_values")?.match(/\S+/g) ?? [],
  };
}
