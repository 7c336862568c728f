// The access token that is held, and what its claims say. It is not verified here: it came from the
// server over TLS, and the API that it is sent to verifies it. Nothing here decides about access.

/** Seconds that a token must still be good for to be handed out. */
const SPARE = 10;

/** An access token in memory. Times in milliseconds, by this machine's clock. */
export interface HeldToken {
  readonly token: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly expiresAt: number;
  /** When it is renewed without being asked for: at a random moment of its last 40 %. */
  readonly renewAt: number;
  /** From when on it is renewed before it is handed out. */
  readonly spareAt: number;
}

/** Makes a held token; undefined when the text is no token. */
export function holdToken(
  token: unknown,
  life: { readonly receivedAt: number; readonly expiresAt: number; readonly random: number },
): HeldToken | undefined {
  const claims = readClaims(token);
  const { receivedAt, expiresAt, random } = life;
  if (claims === undefined || !(expiresAt > receivedAt)) return undefined;
  const length = expiresAt - receivedAt;
  return {
    token: token as string,
    claims,
    expiresAt,
    renewAt: receivedAt + length * (0.6 + 0.4 * random),
    spareAt: expiresAt - Math.min(SPARE * 1000, length * 0.1),
  };
}

/** The session that a token is of. */
export function sessionIdOf(held: HeldToken | null): string | null {
  const sid = held?.claims["sid"];
  return typeof sid === "string" ? sid : null;
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
