// A mail, before it is sent. Apart so that templates know nothing of queues and servers.

/** What a template makes. */
export interface MailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A mail to one person. */
export interface Mail extends MailContent {
  /** What it is about, for the log: a member of `MailFacts`. */
  readonly kind: string;
  /** An address; never in the log. */
  readonly to: string;
  /** Null when it goes to an address that is nobody's yet. */
  readonly userId: string | null;
  /** When what is in it works no more, in milliseconds; left out when nothing in it ends. */
  readonly until?: number;
}
