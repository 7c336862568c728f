// Where the links of mails lead. Made from the configured issuer alone: whatever Host a request
// names, a link never leads elsewhere (N9, O4). The pages behind them show a button; only its POST
// spends the token, so that a mail scanner's GET changes nothing.

/** The links of one server. Tokens are base64url and need no escaping. */
export interface MailLinks {
  verify(token: string): string;
  reset(token: string): string;
  signIn(token: string): string;
  confirmEmail(token: string): string;
  cancelDeletion(token: string): string;
  /** Pages without a token. */
  readonly signInPage: string;
  readonly forgotPage: string;
}

/** Makes the links of an issuer. */
export function mailLinks(issuer: string): MailLinks {
  const to = (path: string) => (token: string) => `${issuer}${path}?token=${token}`;
  return {
    verify: to("/verify"),
    reset: to("/reset"),
    signIn: to("/sign-in/link"),
    confirmEmail: to("/confirm-email"),
    cancelDeletion: to("/cancel-deletion"),
    signInPage: `${issuer}/sign-in`,
    forgotPage: `${issuer}/forgot`,
  };
}
