// The mails in English.

import { type Block, describeOrigin, formatTime } from "../templates/layout.ts";
import type { MailFactor, MailOrigin } from "../templates/mail-facts.ts";
import type { Translation } from "./translation.ts";

const FACTORS: Readonly<Record<MailFactor, string>> = {
  totp: "an authenticator app",
  passkey: "a passkey",
  recovery_codes: "recovery codes",
};

const where = (origin: MailOrigin): Block =>
  describeOrigin(origin, {
    device: "Device",
    address: "Network address",
    time: "Time",
    unknown: "unknown",
  });

const NOT_YOU = "If it was not you, you need not do anything: without this mail nothing happens.";
const ALARM =
  "If it was not you, somebody else has been in your account: set a new password now, and look " +
  "at your list of sessions.";

const works = (minutes: number): string =>
  `Each works once, for ${minutes} minutes. Never give the code to anybody, whoever asks.`;

/** The mails in English. */
export const english: Translation = {
  sign_up: ({ code, link, minutes, from }, product) => ({
    subject: `Confirm your address for ${product}`,
    blocks: [
      `Somebody signed up at ${product} with this address. If it was you, type this code where you signed up:`,
      { code },
      { link, label: "Or confirm with this link and choose your password there" },
      works(minutes),
      where(from),
      NOT_YOU,
    ],
  }),
  sign_up_known: ({ signInPage, forgotPage, from }, product) => ({
    subject: `You already have an account at ${product}`,
    blocks: [
      `Somebody signed up at ${product} with this address, which has an account already. Nothing was changed.`,
      { link: signInPage, label: "Sign in" },
      { link: forgotPage, label: "If you do not remember your password, set a new one" },
      where(from),
      NOT_YOU,
    ],
  }),
  confirm_email: ({ link, minutes, from }, product) => ({
    subject: `Confirm your address for ${product}`,
    blocks: [
      `An account at ${product} has this address. If it is yours, confirm it:`,
      { link, label: "Confirm the address" },
      `The link works once, for ${minutes} minutes.`,
      where(from),
      NOT_YOU,
    ],
  }),
  confirm_new_email: ({ code, link, minutes, oldEmail, from }, product) => ({
    subject: `Confirm your new address for ${product}`,
    blocks: [
      `The account ${oldEmail} at ${product} is to have this address from now on. If that account is yours, type this code where you asked for it:`,
      { code },
      { link, label: "Or sign in and confirm with this link" },
      works(minutes),
      where(from),
      "If you do not know that account, do not confirm: without this mail nothing happens.",
    ],
  }),
  new_email_known: ({ from }, product) => ({
    subject: `You already have an account at ${product}`,
    blocks: [
      `Somebody asked to give another account at ${product} this address, which is yours. Nothing was changed.`,
      where(from),
    ],
  }),
  email_change_asked: ({ newEmail, from }, product) => ({
    subject: `Your address at ${product} is to be changed`,
    blocks: [
      `Somebody who is signed in to your account asked to change its address to ${newEmail}. It changes when that address is confirmed.`,
      where(from),
      ALARM,
    ],
  }),
  email_changed: ({ newEmail, from }, product) => ({
    subject: `Your address at ${product} was changed`,
    blocks: [
      `Your account has the address ${newEmail} from now on. All other sessions were ended.`,
      where(from),
      "If it was not you, somebody else has been in your account: ask the people who run it for help.",
    ],
  }),
  reset_password: ({ code, link, minutes, from }, product) => ({
    subject: `Set a new password for ${product}`,
    blocks: [
      `Somebody asked for a new password of your account at ${product}. If it was you, type this code where you asked for it:`,
      { code },
      { link, label: "Or set the password with this link" },
      works(minutes),
      where(from),
      NOT_YOU,
    ],
  }),
  password_reset: ({ from }, product) => ({
    subject: `Your password at ${product} was set anew`,
    blocks: ["A new password was set by mail. All sessions were ended.", where(from), ALARM],
  }),
  password_changed: ({ from }, product) => ({
    subject: `Your password at ${product} was changed`,
    blocks: ["Your password was changed. All other sessions were ended.", where(from), ALARM],
  }),
  password_set: ({ from }, product) => ({
    subject: `Your password at ${product} was set by an administrator`,
    blocks: [
      "An administrator set a new password for your account. All sessions were ended.",
      "If you did not ask for it, ask who runs this service. A password of your own, which you set by mail, is known to nobody else.",
      where(from),
    ],
  }),
  password_needed: ({ forgotPage, from }, product) => ({
    subject: `Set a new password for ${product}`,
    blocks: [
      "An administrator removed the second factor of your account. Your password was too short to protect it alone, so it does not work any more.",
      { link: forgotPage, label: "Set a new password" },
      where(from),
      "If you did not ask for it, ask who runs this service.",
    ],
  }),
  sign_in: ({ code, link, minutes, from }, product) => ({
    subject: `Sign in to ${product}`,
    blocks: [
      `Somebody wants to sign in to your account at ${product}. If it is you, type this code where you asked for it:`,
      { code },
      { link, label: "Or sign in with this link" },
      works(minutes),
      where(from),
      NOT_YOU,
    ],
  }),
  factor_added: ({ factor, from }, product) => ({
    subject: `A way to sign in to ${product} was added`,
    blocks: [`Your account has ${FACTORS[factor]} from now on.`, where(from), ALARM],
  }),
  factor_removed: ({ factor, from }, product) => ({
    subject: `A way to sign in to ${product} was removed`,
    blocks: [`Your account no longer has ${FACTORS[factor]}.`, where(from), ALARM],
  }),
  recovery_code_used: ({ left, from }, product) => ({
    subject: `A recovery code was used at ${product}`,
    blocks: [
      `Somebody signed in to your account with a recovery code. Codes left: ${left}.`,
      where(from),
      ALARM,
    ],
  }),
  account_deletion: ({ deleteAt, link, from }, product) => ({
    subject: `Your account at ${product} will be deleted`,
    blocks: [
      `Your account is closed and will be deleted at ${formatTime(deleteAt)}. Until then you can have it back:`,
      { link, label: "Keep the account" },
      where(from),
    ],
  }),
  session_compromised: ({ last, presenter, endedAll }) => ({
    subject: "You were signed out to protect your account",
    blocks: [
      "One of your sessions was used from two places at once. One of them may hold a stolen copy " +
        (endedAll
          ? "of your sign-in, so we ended all your sessions."
          : "of your sign-in, so we ended that session. Your other sessions go on."),
      "The session was last renewed by:",
      where(last),
      "Then an older copy of it was used by:",
      where(presenter),
      "If you know both, it was probably a backup or a copied browser profile: sign in again and " +
        "go on. If you do not, sign in, look at your list of sessions, end those that are not " +
        "yours, and change your password.",
    ],
  }),
};
