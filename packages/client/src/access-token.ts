// The access token that is held, and what its claims say. It is not verified here: it came from the
// server over TLS, and the API that it is sent to verifies it. Nothing here decides about access.

/** Milliseconds that a token must still be good for to be handed out; a tenth of a short life. */
const SPARE = 10_000;

/** An access token in memory. Times in milliseconds, by this machine's clock. */
export interface HeldToken {
  readonly token: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly receivedAt: number;
  readonly life: number;
  /** When it is renewed without being asked for: at a random moment of its last 40 %. */
  readonly renewAt: number;
}

/** Makes a held token; undefined when the text is no token. */
export function holdToken(
  token: unknown,
  times: { readonly receivedAt: number; readonly life: number; readonly random: number },
): HeldToken | undefined {
  const claims = readClaims(token);
  const { receivedAt, life, random } = times;
  if (claims === undefined || !(life > 0)) return undefined;
  const renewAt = receivedAt + life * (0.6 + 0.4 * random);
  return { token: token as string, claims, receivedAt, life, renewAt };
}

/** Tells whether a token is good, or good for a while. A clock that was set back makes it neither. */
export function isAlive(held: HeldToken, now: number, forAWhile: boolean): boolean {
  const { receivedAt, life } = held;
  const spare = forAWhile ? Math.min(SPARE, life / 10) : 0;
  return Math.abs(now - receivedAt) < life - spare;
}

/** The session that a token is of. */
export function sessionIdOf(held: HeldToken | null): string | null {
  return (held?.claims["sid"] ?? null) as string | null;
}

function readClaims(token: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof token !== "string") return undefined;
  try {
    const payload = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof claims === "object" && claims !== null) return claims as Record<string, unknown>;
  } catch {
    // Not a JWT.
  }
  return undefined;
}
