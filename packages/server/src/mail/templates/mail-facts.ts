// What each kind of mail tells. A translation writes a mail from these facts and nothing else, so no
// text of a stranger can reach a mailbox through one.

/** Where and when something was done: the caller's facts, as the audit log keeps them. */
export interface MailOrigin {
  readonly address: string | null;
  readonly userAgent: string | null;
  /** Milliseconds. */
  readonly now: number;
}

/** The origin of what an administrator did: where one sits is nobody else's business. */
export function hideOrigin({ now }: Pick<MailOrigin, "now">): MailOrigin {
  return { address: null, userAgent: null, now };
}

interface Done {
  readonly from: MailOrigin;
}

interface Spendable extends Done {
  /** A link that works once. */
  readonly link: string;
  /** How long it works. */
  readonly minutes: number;
}

interface SpendableCode extends Spendable {
  /** Six digits that do the same. */
  readonly code: string;
}

/** What can be added to an account besides a password. */
export type MailFactor = "totp" | "passkey" | "recovery_codes";

/** Kind of mail -> what it tells. */
export interface MailFacts {
  /** Proves the address of a sign-up. */
  readonly sign_up: SpendableCode;
  /** Somebody signed up with an address that has an account. */
  readonly sign_up_known: Done & { readonly signInPage: string; readonly forgotPage: string };
  /** Proves the address of an account that exists. */
  readonly confirm_email: Spendable;
  /** Proves the address that an account is to have; goes to the new one. */
  readonly confirm_new_email: SpendableCode & { readonly oldEmail: string };
  /** An account was to have an address that another account has; goes to that address. */
  readonly new_email_known: Done;
  /** A change of address was asked for; goes to the old one. */
  readonly email_change_asked: Done & { readonly newEmail: string };
  /** The address was changed; goes to the old one. */
  readonly email_changed: Done & { readonly newEmail: string };
  /** Sets a new password. */
  readonly reset_password: SpendableCode;
  /** A password was set by mail. */
  readonly password_reset: Done;
  /** The owner changed the password. */
  readonly password_changed: Done;
  /** An administrator set the password. */
  readonly password_set: Done;
  /** An administrator removed the factors, and with them a password too short to stand alone. */
  readonly password_needed: Done & { readonly forgotPage: string };
  /** Signs in. */
  readonly sign_in: SpendableCode;
  readonly factor_added: Done & { readonly factor: MailFactor };
  readonly factor_removed: Done & { readonly factor: MailFactor };
  /** A recovery code was used to sign in. */
  readonly recovery_code_used: Done & { readonly left: number };
  /** The account will be deleted, unless the link is used. */
  readonly account_deletion: Done & {
    /** Milliseconds. */
    readonly deleteAt: number;
    readonly link: string;
  };
  /** A session ended because its refresh token was used twice. */
  readonly session_compromised: {
    /** Who last renewed it. */
    readonly last: MailOrigin;
    /** Who then came with the older token. */
    readonly presenter: MailOrigin;
    /** Whether all other sessions ended too. */
    readonly endedAll: boolean;
  };
}

/** A kind of mail. */
export type MailKind = keyof MailFacts;
