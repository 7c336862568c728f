// The words of the pages in English. Its members are what every language has: the compiler refuses a
// dictionary that lacks one or has one too many.

/** What sentences about a refusal may name. */
export interface ProblemFacts {
  /** Code points. */
  readonly minPasswordLength: number;
  /** Seconds until it can be tried again. */
  readonly retryAfter: number;
}

/** The words. */
export const en = {
  code: "en",
  name: "English",
  chooseLanguage: "Language",
  optional: "optional",
  back: "Back",
  email: "E-mail",
  emailOrUsername: "E-mail or user name",
  username: "User name",
  displayName: "Name",
  password: "Password",
  show: "Show",
  newPassword: "New password",
  passwordHint: (length: number) => `At least ${length} characters. A sentence is fine.`,

  signIn: "Sign in",
  signInTitle: (product: string) => `Sign in to ${product}`,
  remember: "Stay signed in on this device",
  forgotPassword: "Forgot your password?",
  noAccount: "No account yet?",
  signUp: "Sign up",
  signInByEmail: "E-mail me a code instead",
  signInByPasskey: "Sign in with a passkey",
  or: "or",
  passkeyFailed: "The passkey was not used. Try again, or use another way.",

  signUpTitle: "Create an account",
  haveAccount: "Have an account?",
  createAccount: "Create account",

  signOut: "Sign out",
  signOutTitle: "Sign out?",
  signOutText: "You will be signed out on this device. Other devices stay signed in.",
  signedOutTitle: "You are signed out",
  signedOutText: "You can close this page, or sign in again.",

  signedInTitle: "You are signed in",
  signedInText: "You can go back to the page that you came from.",

  secondFactorTitle: "One more step",
  totpText: "Enter the six digits that your authenticator app shows for this account.",
  totp: "Code from the app",
  recoveryText: "Enter one of the recovery codes that you kept. Each works once.",
  recoveryCode: "Recovery code",
  useRecoveryCode: "Use a recovery code",
  usePasskey: "Use a passkey",
  continue: "Continue",
  startAgain: "Start again",
  enrolTitle: "Set up a second factor",
  enrolText:
    "Your role asks for a second factor. Scan this with an authenticator app, then enter the six digits that it shows.",
  enrolQr: "QR code for your authenticator app",
  enrolByHand: "Cannot scan? Enter this key in the app:",

  recoveryCodesTitle: "Keep your recovery codes",
  recoveryCodesText:
    "If you lose your authenticator, each of these lets you sign in once. Print them or save them somewhere safe: they are not shown again.",
  recoveryCodesKept: "I have kept them",

  checkMailTitle: "Check your mail",
  checkMailText: (email: string) =>
    `We sent a mail to ${email}. Open its link, or enter the six digits here.`,
  sixDigits: "Six-digit code",
  confirm: "Confirm",
  resend: "Send it again",
  verifyTitle: "Confirm your address",
  verifyPasswordText:
    "Choose the password for your new account. The one typed at sign-up counts only together with the code.",
  verifySignedInText:
    "Is the account signed in on this device? Then one click proves the address, and everything else stays.",
  verifyAnewText:
    "If it is not, choose its password anew. Whoever used the account before is signed out, and its passkeys and other factors are removed.",
  verifyAnew: "Set password and confirm",

  forgotTitle: "Forgot your password?",
  forgotText: "Tell us your address and we send you a way back in.",
  sendMail: "Send the mail",
  forgotSentText: (email: string) =>
    `If ${email} has an account, a mail with a link and a code is on its way.`,
  resetTitle: "Choose a new password",
  resetText: "All your devices are signed out when you save it.",
  savePassword: "Save password",

  emailSignInTitle: "Sign in by e-mail",
  emailSignInText: "We send a code and a link to your address.",
  emailSignInSentText: (email: string) =>
    `If ${email} has an account, a mail with a code and a link is on its way.`,
  signInLinkTitle: "Finish signing in",
  signInLinkText: "The link from your mail works once, from here.",

  askAgain: "Ask for a new mail",
  passkeyText: "Use the passkey that you set up for this account.",

  confirmEmailTitle: "Confirm your new address",
  confirmEmailText: "Your account then uses this address, and the earlier one no longer works.",
  confirmEmailDoneTitle: "Your address is changed",
  confirmEmailDoneText: "Your account uses the new address from now on.",

  cancelDeletionTitle: "Keep your account?",
  cancelDeletionText: "Your account is about to be deleted. One click keeps it.",
  keepAccount: "Keep my account",

  setupTitle: "Create the first administrator",
  setupText: (product: string) => `${product} is new here. This account runs it.`,
  setupButton: "Create administrator",
  setupDoneTitle: "The administrator exists",
  setupDoneText: "Sign in to open the console. The set-up link does not work any more.",

  notices: {
    created: "Sign in now. If this address had an account already, its password is unchanged.",
    verified: "Your address is confirmed. Sign in now.",
    reset: "Your new password is saved. Sign in with it.",
    kept: "Your account stays. Sign in now.",
    resent: "If there is something to confirm, another mail is on its way.",
    deletion_asked:
      "Your account is shut, and will be deleted. Until then the link in the mail that we sent you brings it back.",
    confirm_email: "Sign in to the account that is to have the new address; then confirm it.",
  },

  notFoundTitle: "There is no such page",
  notFoundText: "The address may be misspelled, or the page has moved.",
  errorTitle: "Something went wrong",
  linkTitle: "This link does not work",
  reference: "Reference",
  toSignIn: "Go to sign-in",

  problems: {
    form_expired: "This page was open for too long, or cookies are blocked. Please send it again.",
    not_signed_in_here:
      "The account is not signed in on this device. Sign in first, or choose a password.",
    email_invalid: "That is not an e-mail address.",
    email_missing: "Enter your e-mail address.",
    name_missing: "Enter your e-mail address or user name.",
    name_invalid: "That name cannot be used.",
    username_invalid:
      "A user name has 3 to 32 letters, digits, dots, hyphens or underscores, and begins with a letter.",
    password_missing: "Enter your password.",
    code_invalid: "Enter the six digits.",
    code_missing: "Enter the code.",
    invalid_credentials: "There is no account with this name and password. Check the spelling.",
    username_taken: "Somebody has this user name already. Choose another one.",
    email_taken: "There is an account with this address already.",
    password_too_short: ({ minPasswordLength }: ProblemFacts) =>
      `The password is too short: at least ${minPasswordLength} characters. A sentence is fine.`,
    password_too_long: "The password is too long.",
    password_too_common: "That password is too common, or is your own name. Choose another one.",
    password_breached: "That password is known from a data leak. Choose another one.",
    rate_limited: ({ retryAfter }: ProblemFacts) =>
      retryAfter > 90
        ? `Too many attempts. Try again in ${Math.ceil(retryAfter / 60)} minutes.`
        : `Too many attempts. Try again in ${retryAfter} seconds.`,
    overloaded: "There is a crowd right now. Try again in a moment.",
    database_unavailable: "The server cannot reach its database. Try again in a moment.",
    not_ready: "The server is starting. Try again in a moment.",
    origin_refused: "The form came from another site, so nothing was done. Open the page again.",
    setup_link_invalid:
      "The link was used, is too old, or was never made. Start the server again to get a fresh one; there is one only while there is no administrator.",
    code_refused: "The code or link was used, is too old, or is not right. Ask for a new one.",
    factor_refused: "That code is not right, or was used already. Try the next one.",
    sign_in_expired: "This sign-in took too long. Start again.",
    passkey_refused: "That passkey was not accepted. Try again, or use another way.",
    invalid_request: "Something in this form cannot be used. Check what you typed.",
    not_found: "There is no such page.",
    method_not_allowed: "This page cannot be used in that way.",
    internal: "The server failed. Try again; if it stays, give the operator the number below.",
  },
};
