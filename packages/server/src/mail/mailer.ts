// Takes mails from features and sends them behind their backs: a bounded queue in memory, retries
// with growing pauses, and never an error for the caller. What waits when the process ends is lost:
// a notice stands beside an audit event, which lasts, and a code can be asked for again.

import type { Logger } from "../observability/logger.ts";
import type { Mail } from "./mail.ts";
import { createOutbox, type OutboxMail } from "./outbox.ts";
import type { MailTransport } from "./smtp-transport.ts";

/** Mails that wait to be sent; further ones are dropped and logged. */
export const QUEUED_MAILS = 1000;

/** Milliseconds before each further try; after the last one the mail is dropped and logged. */
export const MAIL_RETRY_PAUSES: readonly number[] = [
  5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000,
];

/** Milliseconds between taking a mail and sending it: the answer goes first. */
const SEND_PAUSE = 5;

/** Milliseconds that `close` gives to mails that are about to go. */
export const MAIL_CLOSE_PATIENCE = 5_000;

/** Sends mails. */
export interface Mailer {
  /** Takes a mail. It returns at once and never throws. */
  send(mail: Mail): void;
  /** The mails that went nowhere because no SMTP server is configured, the newest first. */
  outbox(): readonly OutboxMail[];
  /** Mails that wait or are under way. */
  readonly waiting: number;
  /** Gives mails that are about to go a moment, then drops the rest. */
  close(): Promise<void>;
}

/** What a mailer needs. */
export interface MailerOptions {
  /** Null: every mail goes to the outbox. */
  readonly transport: MailTransport | null;
  readonly log: Logger;
  /** Milliseconds. */
  readonly clock: () => number;
  /** Default: {@link MAIL_RETRY_PAUSES}. */
  readonly retryPauses?: readonly number[];
}

interface Waiting {
  readonly mail: Mail;
  /** Tries so far, ended ones. */
  tries: number;
  timer: NodeJS.Timeout | undefined;
}

/** Creates a mailer. */
export function createMailer(options: MailerOptions): Mailer {
  const { transport, log, clock, retryPauses = MAIL_RETRY_PAUSES } = options;
  const outbox = createOutbox();
  const waiting = new Set<Waiting>();
  const underWay = new Set<Promise<void>>();
  let isClosed = false;

  function start(entry: Waiting, through: MailTransport): void {
    entry.timer = undefined;
    const attempt = deliver(entry, through).finally(() => underWay.delete(attempt));
    underWay.add(attempt);
  }

  async function deliver(entry: Waiting, through: MailTransport): Promise<void> {
    const { delivery, reason } = await through.send(entry.mail);
    const { kind, userId } = entry.mail;
    const pause = retryPauses[entry.tries];
    entry.tries += 1;
    if (delivery === "try_again" && pause !== undefined && !isClosed) {
      log.warn({ kind, userId, reason, tries: entry.tries }, "mail not sent, trying again");
      entry.timer = setTimeout(() => start(entry, through), pause);
      // Waiting for a mail server keeps no process alive.
      entry.timer.unref();
      return;
    }
    waiting.delete(entry);
    if (delivery === "sent") log.info({ kind, userId }, "mail sent");
    else log.error({ kind, userId, reason, tries: entry.tries }, "mail dropped");
  }

  return {
    send(mail) {
      const { kind, userId } = mail;
      if (transport === null) {
        outbox.add({ ...mail, at: clock() });
        log.warn({ kind, userId }, "mail not sent: no SMTP server is configured");
        return;
      }
      if (isClosed || waiting.size >= QUEUED_MAILS) {
        log.error({ kind, userId, reason: "queue full" }, "mail dropped");
        return;
      }
      const entry: Waiting = { mail, tries: 0, timer: undefined };
      waiting.add(entry);
      // Behind the answer: what asks for a mail must not take longer than what does not (N2).
      entry.timer = setTimeout(() => start(entry, transport), SEND_PAUSE);
    },
    outbox: () => outbox.list(),
    get waiting() {
      return waiting.size;
    },
    async close() {
      isClosed = true;
      for (const entry of waiting) {
        const isNew = entry.timer !== undefined && entry.tries === 0;
        clearTimeout(entry.timer);
        if (isNew && transport !== null) start(entry, transport);
      }
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, MAIL_CLOSE_PATIENCE);
      });
      await Promise.race([Promise.all(underWay), late]);
      clearTimeout(timer);
      transport?.close();
      if (waiting.size > 0) log.error({ count: waiting.size }, "mails dropped at the end");
    },
  };
}
