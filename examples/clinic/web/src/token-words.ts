// Says what an access token's claims mean, one sentence each, to whoever wonders what the page holds.
// Pure: the page shows it, a test reads it.

/** A claim in words. */
export interface ClaimWords {
  /** Its name in the token. */
  readonly claim: string;
  readonly words: string;
}

const METHODS: Readonly<Record<string, string>> = {
  pwd: "a password",
  otp: "a one-time code",
  hwk: "a passkey of this device",
  swk: "a passkey",
  user: "a check that it was you",
  mfa: "two factors",
};

/** Claims in the order that they are explained in. */
const ORDER = [
  ...(["iss", "sub", "aud", "exp", "iat", "sid", "auth_time", "amr", "acr"] as const),
  ...(["roles", "permissions", "handles", "jti", "client_id", "scope"] as const),
];

/** Puts claims into words. @param now - milliseconds */
export function claimsInWords(
  claims: Readonly<Record<string, unknown>>,
  now: number,
): readonly ClaimWords[] {
  const known = ORDER.filter((name) => claims[name] !== undefined);
  const others = Object.keys(claims).filter((name) => !ORDER.some((own) => own === name));
  return [...known, ...others].map((claim) => ({ claim, words: sayClaim(claim, claims, now) }));
}

function sayClaim(claim: string, claims: Readonly<Record<string, unknown>>, now: number): string {
  const value = claims[claim];
  switch (claim) {
    case "iss":
      return `${String(value)} made it and signed it. The clinic trusts nobody else.`;
    case "sub":
      return `It is about the account ${String(value)}: a random name, not your e-mail.`;
    case "aud":
      return `It is meant for ${listOf(value)}. Anybody else refuses it.`;
    case "exp":
      return `It is good until ${clockOf(value)}: ${timeLeft(value, now)}. A new one comes by itself.`;
    case "iat":
      return `It was made at ${clockOf(value)}.`;
    case "sid":
      return `It belongs to the session ${String(value)}. Signing out takes back all of its tokens.`;
    case "auth_time":
      return `You last proved who you are at ${clockOf(value)}.`;
    case "amr":
      return `You did so with ${joinWords(arrayOf(value).map((name) => METHODS[name] ?? name))}.`;
    case "acr":
      return value === "aal2" ? "That was a strong sign-in: two factors." : "That was one factor.";
    case "roles":
      return arrayOf(value).length === 0 ? "You have no roles." : `Your roles: ${listOf(value)}.`;
    case "permissions":
      return arrayOf(value).length === 0
        ? "They allow nothing beyond your own things."
        : `They allow: ${listOf(value)}.`;
    case "handles":
      return `It depends on ${countOf(arrayOf(value).length)}, of your account and your roles. Take one back, and within a second the clinic refuses this token.`;
    case "jti":
      return `Its own name is ${String(value)}: by it, this one token can be taken back.`;
    case "client_id":
      return `It was given to the app ${String(value)}.`;
    case "scope":
      return `It is limited to: ${String(value)}.`;
    default:
      return `Added by the server's operator: ${JSON.stringify(value)}.`;
  }
}

function arrayOf(value: unknown): readonly string[] {
  return [value].flat().map(String);
}

function listOf(value: unknown): string {
  return arrayOf(value).join(", ");
}

function joinWords(words: readonly string[]): string {
  return words.length < 2
    ? words.join("")
    : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

function clockOf(seconds: unknown): string {
  return new Date(Number(seconds) * 1000).toLocaleTimeString("en-GB");
}

function timeLeft(seconds: unknown, now: number): string {
  const left = Math.max(0, Math.round(Number(seconds) - now / 1000));
  return left >= 120 ? `${Math.floor(left / 60)} minutes left` : `${left} seconds left`;
}

function countOf(names: number): string {
  return names === 1 ? "one more name" : `${names} more names`;
}
