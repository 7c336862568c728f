// Tells an owner that a session ended because its refresh token was used twice: somebody may have
// copied it. Everything in it is a time, an address, or a word of ours: the raw user agent is the
// thief's own text and stays out.

import type { MailContent } from "../mail.ts";
import { renderMail } from "./layout.ts";

/** One of the two who used the session. */
export interface SessionUse {
  /** Such as "Firefox on Linux". */
  readonly device: string | null;
  readonly address: string | null;
  /** Milliseconds. */
  readonly at: number;
}

/** What the mail tells. */
export interface SessionCompromised {
  readonly issuer: string;
  /** Who last renewed the session. */
  readonly last: SessionUse;
  /** Who then came with the older token. */
  readonly presenter: SessionUse;
  /** Whether all other sessions ended too. */
  readonly endedAll: boolean;
}

/** Makes the mail. */
export function sessionCompromisedMail(facts: SessionCompromised): MailContent {
  const { issuer, last, presenter, endedAll } = facts;
  return renderMail({
    subject: "You were signed out to protect your account",
    sender: issuer,
    blocks: [
      "One of your sessions was used from two places at once. One of them may hold a stolen copy " +
        (endedAll
          ? "of your sign-in, so we ended all your sessions."
          : "of your sign-in, so we ended that session. Your other sessions go on."),
      "The session was last renewed by:",
      describe(last),
      "Then an older copy of it was used by:",
      describe(presenter),
      "If you know both, it was probably a backup or a copied browser profile: sign in again and " +
        "go on. If you do not, sign in, look at your list of sessions, end those that are not " +
        "yours, and change your password.",
    ],
  });
}

function describe(use: SessionUse): readonly (readonly [string, string])[] {
  return [
    ["Device", use.device ?? "unknown"],
    ["Network address", use.address ?? "unknown"],
    ["Time", new Date(use.at).toISOString().replace("T", " ").replace(/\..*/, " UTC")],
  ];
}
