// Where mail goes while no SMTP server is configured: memory, bounded, for the operator to read.

import type { Mail } from "./mail.ts";

/** Mails that are kept; the oldest is forgotten first. */
export const OUTBOX_MAILS = 200;

/** A mail in the outbox. */
export interface OutboxMail extends Mail {
  /** Milliseconds. */
  readonly at: number;
}

/** A bounded list of mails. */
export interface Outbox {
  add(mail: OutboxMail): void;
  /** The newest first. */
  list(): readonly OutboxMail[];
}

/** Creates an outbox. */
export function createOutbox(limit: number = OUTBOX_MAILS): Outbox {
  const mails: OutboxMail[] = [];
  return {
    add(mail) {
      mails.push(mail);
      if (mails.length > limit) mails.shift();
    },
    list: () => mails.toReversed(),
  };
}
