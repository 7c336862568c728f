// Takes mails from features and sends them behind their backs: a bounded queue in memory, retries
// with growing pauses, and never an error for the caller. A mail that cannot go at once waits in the
// database (stored-mails.ts), and so does one that is under way when the process ends. Only then: a
// mail that goes at once costs no write, so a write tells nobody that there was somebody to write to
// (N2).

import type { Logger } from "../observability/logger.ts";
import type { Mail } from "./mail.ts";
import { createOutbox, type OutboxMail } from "./outbox.ts";
import type { MailTransport } from "./smtp-transport.ts";
import type { StoredMails } from "./stored-mails.ts";

/** Mails that wait in memory to be sent; further ones are dropped and logged. */
export const QUEUED_MAILS = 1000;

/** Milliseconds before each further try; after the last one the mail is dropped and logged. */
export const MAIL_RETRY_PAUSES: readonly number[] = [
  5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000,
];

/** Milliseconds between taking a mail and sending it: the answer goes first. */
const SEND_PAUSE = 5;

/** Milliseconds between two looks for mails of the database that are due. */
export const PICK_UP_INTERVAL = 15_000;

/** Milliseconds that `close` gives to mails that are about to go. */
export const MAIL_CLOSE_PATIENCE = 5_000;

/** Sends mails. */
export interface Mailer {
  /** Takes a mail. It returns at once and never throws. */
  send(mail: Mail): void;
  /** The mails that went nowhere because no SMTP server is configured, the newest first. */
  outbox(): readonly OutboxMail[];
  /** Mails that wait in memory or are under way. */
  readonly waiting: number;
  /** Sends the mails of the database that are due, or waits for a look that is under way. */
  pickUp(): Promise<void>;
  /** Gives mails that are about to go a moment, then leaves the rest to the database. */
  close(): Promise<void>;
}

/** What a mailer needs. */
export interface MailerOptions {
  /** Null: every mail goes to the outbox. */
  readonly transport: MailTransport | null;
  /** Where mails wait; null: in memory, and they end with the process. */
  readonly stored: StoredMails | null;
  readonly log: Logger;
  /** Milliseconds. */
  readonly clock: () => number;
  /** Default: {@link MAIL_RETRY_PAUSES}. */
  readonly retryPauses?: readonly number[];
}

interface Waiting {
  readonly mail: Mail;
  /** Of a mail that came from the database. */
  readonly id: string | null;
  /** Tries so far, ended ones. */
  tries: number;
  timer: NodeJS.Timeout | undefined;
  /** On its way into the database. */
  leaving?: Promise<boolean> | undefined;
}

/** Creates a mailer. */
export function createMailer(options: MailerOptions): Mailer {
  const { transport, stored, log, clock, retryPauses = MAIL_RETRY_PAUSES } = options;
  const outbox = createOutbox();
  const waiting = new Set<Waiting>();
  const underWay = new Set<Promise<void>>();
  let isClosed = false;
  let looking: Promise<void> | undefined;

  function start(entry: Waiting, through: MailTransport): Promise<void> {
    entry.timer = undefined;
    const attempt = deliver(entry, through).finally(() => underWay.delete(attempt));
    underWay.add(attempt);
    return attempt;
  }

  async function deliver(entry: Waiting, through: MailTransport): Promise<void> {
    const { kind, userId, until = Infinity } = entry.mail;
    const isLate = until <= clock();
    const { delivery, reason } = isLate
      ? { delivery: "refused", reason: "its code works no more" }
      : await through.send(entry.mail);
    const pause = retryPauses[entry.tries];
    entry.tries += 1;
    if (delivery === "try_again" && pause !== undefined) {
      log.warn({ kind, userId, reason, tries: entry.tries }, "mail not sent, trying again");
      await wait(entry, through, pause);
      return;
    }
    waiting.delete(entry);
    if (delivery === "sent") log.info({ kind, userId }, "mail sent");
    else log.error({ kind, userId, reason, tries: entry.tries }, "mail dropped");
    if (entry.id !== null) await settle(() => stored?.remove(entry.id ?? ""));
  }

  async function wait(entry: Waiting, through: MailTransport, pause: number): Promise<void> {
    if (await store(entry, pause)) return;
    // The end of the process drops it.
    if (isClosed) return;
    entry.timer = setTimeout(() => void start(entry, through), pause);
    // Waiting for a mail server keeps no process alive.
    entry.timer.unref();
  }

  /** Leaves a mail to the database; false when that cannot have it. */
  function store(entry: Waiting, pause: number): Promise<boolean> {
    // At the end of the process, a try that is under way may come to the same.
    entry.leaving ??= leave(entry, pause);
    return entry.leaving;
  }

  async function leave(entry: Waiting, pause: number): Promise<boolean> {
    const { id, mail, tries } = entry;
    const now = clock();
    const next = { tries, dueAt: now + pause };
    const isStored = await settle(async () => {
      if (stored === null) return false;
      if (id === null) return stored.keep(mail, next, now);
      await stored.postpone(id, next);
      return true;
    });
    // One that is stored already is claimed again later, whatever became of this.
    if (isStored !== true && id === null) {
      entry.leaving = undefined;
      return false;
    }
    waiting.delete(entry);
    return true;
  }

  /** Mail must not fail for a database that does. */
  async function settle<Result>(run: () => Promise<Result> | undefined) {
    try {
      return await run();
    } catch (error) {
      log.warn({ err: error }, "waiting mails cannot be kept in the database");
      return undefined;
    }
  }

  function pickUp(): Promise<void> {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function look(): Promise<void> {
    if (transport === null || stored === null || isClosed) return;
    const due = (await settle(() => stored.claim(clock()))) ?? [];
    const entries = due.map((mail): Waiting => ({ ...mail, timer: undefined }));
    for (const entry of entries) waiting.add(entry);
    await Promise.all(entries.map((entry) => start(entry, transport)));
  }

  const looks = setInterval(() => void pickUp(), PICK_UP_INTERVAL);
  looks.unref();

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
      const entry: Waiting = { mail, id: null, tries: 0, timer: undefined };
      waiting.add(entry);
      // Behind the answer: what asks for a mail must not take longer than what does not (N2).
      entry.timer = setTimeout(() => void start(entry, transport), SEND_PAUSE);
    },
    outbox: () => outbox.list(),
    get waiting() {
      return waiting.size;
    },
    pickUp,
    async close() {
      isClosed = true;
      clearInterval(looks);
      for (const entry of waiting) {
        const isNew = entry.timer !== undefined && entry.tries === 0;
        clearTimeout(entry.timer);
        if (isNew && transport !== null) void start(entry, transport);
      }
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, MAIL_CLOSE_PATIENCE);
      });
      await Promise.race([Promise.all([looking, ...underWay]), late]);
      clearTimeout(timer);
      transport?.close();
      await Promise.all(Array.from(waiting, (entry) => store(entry, 0)));
      if (waiting.size > 0) log.error({ count: waiting.size }, "mails dropped at the end");
    },
  };
}
