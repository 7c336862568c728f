// Kinds of mails in words. A kind that is not listed is said as it is named.

const WORDS: Readonly<Record<string, string>> = {
  sign_up: "Sign-up",
  sign_up_known: "Sign-up with a known address",
  confirm_email: "Proof of an address",
  confirm_new_email: "Proof of a new address",
  new_email_known: "New address has an account",
  email_change_asked: "Change of address asked for",
  email_changed: "E-mail address changed",
  reset_password: "Password reset asked for",
  password_reset: "Password reset",
  password_changed: "Password changed",
  password_set: "Password set by an administrator",
  password_needed: "A new password is needed",
  sign_in: "Sign-in by mail",
  factor_added: "Second factor added",
  factor_removed: "Second factor removed",
  recovery_code_used: "Recovery code used",
  account_deletion: "Deletion of the account",
  session_compromised: "A copied refresh token was caught",
};

/** Says what a mail is about, in English; translate it. */
export function mailWords(kind: string): string {
  return Object.hasOwn(WORDS, kind) ? (WORDS[kind] ?? kind) : kind.replaceAll("_", " ");
}
