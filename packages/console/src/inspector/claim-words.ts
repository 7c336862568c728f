// What each claim of a token means, in a sentence. RFC 7519 section 4.1, RFC 9068 section 2.2.

/** What kind of value a claim has. */
export type ClaimKind = "time" | "text" | "list";

/** A claim in words. */
export interface ClaimWords {
  readonly title: string;
  readonly about: string;
  readonly kind: ClaimKind;
}

const TIME = "time" as const;
const TEXT = "text" as const;
const LIST = "list" as const;

const WORDS: Readonly<Record<string, ClaimWords>> = {
  iss: { title: "Issuer", about: "The server that issued it.", kind: TEXT },
  sub: { title: "Subject", about: "The user that it speaks for.", kind: TEXT },
  aud: { title: "Audience", about: "The APIs that may accept it.", kind: LIST },
  exp: { title: "Expires", about: "Refused from then on.", kind: TIME },
  nbf: { title: "Not before", about: "Refused until then.", kind: TIME },
  iat: { title: "Issued", about: "When it was made.", kind: TIME },
  auth_time: { title: "Signed in", about: "When the user last proved who they are.", kind: TIME },
  jti: { title: "Token id", about: "Names this one token, to take it back.", kind: TEXT },
  sid: { title: "Session", about: "The signed-in device that it belongs to.", kind: TEXT },
  client_id: { title: "Client", about: "The program that it was issued to.", kind: TEXT },
  scope: { title: "Scope", about: "What the program may ask for.", kind: TEXT },
  roles: { title: "Roles", about: "The user's roles when it was issued.", kind: LIST },
  permissions: { title: "Permissions", about: "What those roles allow.", kind: LIST },
  handles: {
    title: "Handles",
    about: "Names of the user and the roles; a guard refuses it once one of them is taken back.",
    kind: LIST,
  },
  amr: { title: "How they signed in", about: "The methods that were used.", kind: LIST },
  acr: { title: "Assurance", about: "How sure the server is who it was.", kind: TEXT },
  alg: { title: "Algorithm", about: "How it is signed.", kind: TEXT },
  kid: { title: "Key", about: "The key that signed it.", kind: TEXT },
  typ: { title: "Type", about: "What it is for.", kind: TEXT },
};

const METHODS: Readonly<Record<string, string>> = {
  pwd: "password",
  otp: "one-time code",
  hwk: "hardware-bound passkey",
  swk: "synced passkey",
  user: "presence of the user",
  mfa: "two factors",
  pin: "PIN",
  fpt: "fingerprint",
};

/** The words of a claim; undefined for one of the application's own. */
export function claimWords(name: string): ClaimWords | undefined {
  return Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
}

/** A value as text. `amr` is said in words. */
export function valueWords(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    return value
      .map((item) => (name === "amr" ? (METHODS[String(item)] ?? String(item)) : String(item)))
      .join(", ");
  }
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
