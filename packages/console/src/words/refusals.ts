// The server's refusals as people read them. Its own words are for developers too: they name headers and
// paths. A code that is not listed is said in those.

/** A refusal in words. */
interface RefusalWords {
  readonly title: string;
  readonly about: string;
}

/** What is said of a refusal. */
interface SaidRefusal extends RefusalWords {
  /** For the marks in the texts: the number that the server's own detail names. */
  readonly values: { readonly n: string };
}

const WORDS: Readonly<Record<string, RefusalWords>> = {
  rate_limited: {
    title: "Too many attempts",
    about: "Wait a little, then try again.",
  },
  overloaded: {
    title: "There is a crowd right now",
    about: "Try again in a moment.",
  },
  database_unavailable: {
    title: "The server cannot reach its database",
    about: "Try again in a moment.",
  },
  not_ready: {
    title: "The server is starting",
    about: "Try again in a moment.",
  },
  internal: {
    title: "The server failed",
    about: "Try again; if it stays, tell the operator.",
  },
  not_found: {
    title: "There is no such thing any more",
    about: "Somebody may have removed it. Reload the page.",
  },
  permission_denied: {
    title: "You may not do this",
    about: "Ask an administrator for the role.",
  },
  invalid_credentials: {
    title: "That is not right",
    about: "Check the password, or try another way.",
  },
  code_invalid: {
    title: "That code does not work",
    about: "Use the one of the newest mail, or ask for another.",
  },
  username_taken: {
    title: "That user name is taken",
    about: "Choose another one.",
  },
  email_taken: {
    title: "That address has an account already",
    about: "Search for it in the list of users.",
  },
  password_too_short: {
    title: "That password is too short",
    about: "Use at least {n} characters; a sentence is fine.",
  },
  password_too_long: {
    title: "That password is too long",
    about: "Use a shorter one.",
  },
  password_too_common: {
    title: "That password is too common",
    about: "It is on lists that attackers try first, or is the account's own name.",
  },
  password_breached: {
    title: "That password is known from a data leak",
    about: "Use another one, also wherever else you use it.",
  },
  factor_refused: {
    title: "That code is not right",
    about: "Type the one that the app shows now.",
  },
  totp_reused: {
    title: "That code was used already",
    about: "Wait for the app to show the next one.",
  },
  totp_not_pending: {
    title: "Setting up took too long",
    about: "Begin again and scan the new picture.",
  },
  factor_required: {
    title: "This one is still needed",
    about: "One of your roles asks for a second factor: add another one first.",
  },
  stronger_factor_required: {
    title: "The password is not enough for this",
    about: "Confirm with your second factor.",
  },
  ceremony_invalid: {
    title: "That took too long",
    about: "Try again.",
  },
  passkey_refused: {
    title: "That passkey was not accepted",
    about: "Use another one, or another way.",
  },
  passkey_user_unverified: {
    title: "The passkey did not check who used it",
    about: "Set up a screen lock or a PIN on the device, then try again.",
  },
  passkey_exists: {
    title: "This passkey is here already",
    about: "Use the one that is there.",
  },
  too_many_passkeys: {
    title: "You have as many passkeys as one may have",
    about: "Remove one that you do not use any more.",
  },
  passkeys_unavailable: {
    title: "Passkeys do not work at this address",
    about: "The server needs a name instead of a number; on this machine, localhost.",
  },
  role_exists: {
    title: "There is a role with this name",
    about: "Change that one, or choose another name.",
  },
  token_too_large: {
    title: "That is more than a token can carry",
    about: "Give fewer roles, or roles with fewer permissions.",
  },
  last_administrator: {
    title: "This is the last administrator",
    about: "Make somebody else an administrator first.",
  },
};

/** Says a refusal, in English; translate both texts, with the values put in. */
export function refusalWords(problem: {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
}): SaidRefusal {
  const { code, title, detail } = problem;
  const words = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  const [n = ""] = /\d+/.exec(detail) ?? [];
  // Without its number a text with a mark says nothing.
  const isSayable = words !== undefined && (n !== "" || !words.about.includes("{n}"));
  return { ...(isSayable ? words : { title, about: detail }), values: { n } };
}
