import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { openTestDatabase } from "../../test/engines/engines.ts";
import { sweepCodes } from "../codes/sweep-codes.ts";
import { createKeyEncryption, type KeyEncryptionKey } from "../keys/key-encryption.ts";
import { createLogger } from "../observability/logger.ts";
import { writeAll } from "../storage/write.ts";
import type { Mail } from "./mail.ts";
import { createMailer, type Mailer, QUEUED_MAILS } from "./mailer.ts";
import { OUTBOX_MAILS } from "./outbox.ts";
import { parseSmtpUrl } from "./smtp-address.ts";
import { createSmtpTransport } from "./smtp-transport.ts";
import {
  MAIL_CLAIM,
  openStoredMails,
  resealMails,
  STORED_MAILS,
  type StoredMails,
} from "./stored-mails.ts";

const mail: Mail = {
  subject: "You were signed out to protect your account",
  text: "It was used by 2001:db8::1.\n",
  html: "<p>It was used by 2001:db8::1.</p>",
  kind: "session_compromised",
  to: "ann@example.com",
  userId: "a user",
};

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

/** A real SMTP server on loopback; `answers` refuse messages first, one status each. */
async function startSmtp(answers: number[] = []) {
  const received: Received[] = [];
  let attempts = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream: SMTPServerDataStream, session: SMTPServerSession, done) {
      attempts += 1;
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const status = answers.shift();
        if (status !== undefined) {
          done(Object.assign(new Error("not now, ann@example.com"), { responseCode: status }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString("utf8"),
        });
        done();
      });
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
      }),
  );
  const { port } = server.server.address() as AddressInfo;
  return { received, port, attempts: () => attempts };
}

async function open(
  port: number | null,
  retryPauses?: readonly number[],
  { stored = null, now = 7 }: { stored?: StoredMails | null; now?: number } = {},
) {
  let log = "";
  const address = port === null ? undefined : parseSmtpUrl(`smtp://127.0.0.1:${port}`);
  const mailer = createMailer({
    transport:
      address === undefined
        ? null
        : await createSmtpTransport(address, "Latchkey <id@example.com>"),
    log: createLogger({ destination: { write: (line: string) => void (log += line) } }),
    stored,
    clock: () => now,
    ...(retryPauses === undefined ? {} : { retryPauses }),
  });
  onTestFinished(() => mailer.close());
  return { mailer, log: () => log };
}

const settled = async (mailer: Mailer): Promise<void> => {
  while (mailer.waiting > 0) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe("a mailer with an SMTP server", () => {
  it("sends text and HTML, and says in the log neither to whom nor what", async () => {
    const { received, port } = await startSmtp();
    const { mailer, log } = await open(port);
    mailer.send(mail);
    await settled(mailer);
    expect(received).toMatchObject([{ from: "id@example.com", to: ["ann@example.com"] }]);
    const text = received[0]?.text ?? "";
    expect(text).toContain("From: Latchkey <id@example.com>");
    expect(text).toContain("Subject: You were signed out to protect your account");
    expect(text).toContain("Content-Type: text/plain");
    expect(text).toContain("Content-Type: text/html");
    expect(text).toContain("Auto-Submitted: auto-generated");
    expect(text).toContain("2001:db8::1");
    expect(log()).toContain('"kind":"session_compromised"');
    expect(log()).not.toContain("ann@example.com");
    expect(log()).not.toContain("2001:db8::1");
  });

  it("tries again after a passing refusal, without the server's words in the log", async () => {
    const { received, port, attempts } = await startSmtp([451, 421]);
    const { mailer, log } = await open(port, [1, 1, 1]);
    mailer.send(mail);
    await settled(mailer);
    expect(attempts()).toBe(3);
    expect(received).toHaveLength(1);
    expect(log()).toContain("trying again");
    expect(log()).not.toContain("not now");
  });

  it("gives up at once after a final refusal, and after the last pause", async () => {
    const final = await startSmtp([550]);
    const one = await open(final.port, [1, 1]);
    one.mailer.send(mail);
    await settled(one.mailer);
    expect(final.attempts()).toBe(1);
    expect(one.log()).toContain("mail dropped");
    const passing = await startSmtp([451, 451, 451, 451]);
    const other = await open(passing.port, [1, 1]);
    other.mailer.send(mail);
    await settled(other.mailer);
    expect(passing.attempts()).toBe(3);
    expect(other.log()).toContain("mail dropped");
  });

  it("bounds what waits for a server that is not there, and closes all the same", async () => {
    const { port } = await startSmtp();
    // A port that nothing listens on: the one above the server's may be anybody's, this is nobody's.
    const { mailer, log } = await open(port === 1 ? 2 : 1, [60_000]);
    for (let index = 0; index < QUEUED_MAILS + 3; index += 1) mailer.send(mail);
    expect(mailer.waiting).toBe(QUEUED_MAILS);
    expect(log().match(/queue full/g)).toHaveLength(3);
    await mailer.close();
    mailer.send(mail);
    expect(log().match(/queue full/g)).toHaveLength(4);
  });
});

describe("a mail that cannot go at once", () => {
  const SECRET = "https://id.example/reset?token=a-secret";
  const reset: Mail = { ...mail, kind: "reset_password", text: SECRET, until: 60_000 };
  // Nobody listens there.
  const NOBODY = 1;

  async function openStore() {
    const database = await openTestDatabase();
    const keys = createKeyEncryption([{ id: "a", key: randomBytes(32) }]);
    const context = { database, keyEncryption: () => keys };
    const rows = () => database.read(database.query.selectFrom("waiting_mails").selectAll());
    return { database, stored: openStoredMails(context), rows };
  }

  it("waits in the database, sealed, and is sent by whatever process comes next", async () => {
    const { port, received } = await startSmtp([451]);
    const { stored, rows } = await openStore();
    const first = await open(port, [5000], { stored });
    first.mailer.send(reset);
    await settled(first.mailer);
    const [row] = await rows();
    expect(row).toMatchObject({ tries: 1, due_at: 5007, expires_at: 60_000 });
    const bytes = Buffer.from(row?.sealed ?? []).toString("latin1");
    for (const text of [SECRET, reset.to, reset.subject]) {
      expect(bytes).not.toContain(text);
      expect(JSON.stringify(row)).not.toContain(text);
    }
    await first.mailer.close();
    const early = await open(port, [5000], { stored, now: 5006 });
    await early.mailer.pickUp();
    expect(received).toHaveLength(0);
    const next = await open(port, [5000], { stored, now: 5007 });
    await next.mailer.pickUp();
    expect(received).toMatchObject([{ to: ["ann@example.com"] }]);
    expect(received[0]?.text).toContain(SECRET);
    expect(await rows()).toEqual([]);
  });

  it("is left there at the end of the process", async () => {
    const { port, received } = await startSmtp();
    const { stored, rows } = await openStore();
    const ending = await open(NOBODY, undefined, { stored });
    for (let index = 0; index < 3; index += 1) ending.mailer.send(reset);
    await ending.mailer.close();
    expect(ending.log()).not.toContain("dropped");
    expect(await rows()).toHaveLength(3);
    const next = await open(port, undefined, { stored, now: 5007 });
    await next.mailer.pickUp();
    expect(received).toHaveLength(3);
  });

  it("is sent by one node, however many look, and given up after the last pause", async () => {
    const { port, received } = await startSmtp([451, 451]);
    const { stored, rows } = await openStore();
    const first = await open(port, [0, 0], { stored });
    first.mailer.send(reset);
    first.mailer.send({ ...reset, text: "another" });
    await settled(first.mailer);
    expect(await rows()).toHaveLength(2);
    const nodes = [];
    for (let node = 0; node < 3; node += 1) nodes.push(await open(port, [0, 0], { stored }));
    await Promise.all(nodes.map(({ mailer }) => mailer.pickUp()));
    expect(received).toHaveLength(2);
    first.mailer.send(reset);
    await settled(first.mailer);
    const away = await open(NOBODY, [0, 0], { stored, now: 60 });
    expect(received).toHaveLength(3);
    away.mailer.send(reset);
    await settled(away.mailer);
    await away.mailer.pickUp();
    expect(await rows()).toMatchObject([{ tries: 2 }]);
    await away.mailer.pickUp();
    expect(await rows()).toEqual([]);
    expect(away.log()).toContain("mail dropped");
  });

  it("is not sent, and deleted, when its code works no more", async () => {
    const { port, attempts } = await startSmtp();
    const { database, stored, rows } = await openStore();
    const away = await open(NOBODY, [0], { stored });
    away.mailer.send(reset);
    await settled(away.mailer);
    const late = await open(port, [0], { stored, now: 60_000 });
    await late.mailer.pickUp();
    late.mailer.send(reset);
    await settled(late.mailer);
    expect(attempts()).toBe(0);
    expect(late.log()).toContain("works no more");
    expect(await rows()).toHaveLength(1);
    await sweepCodes(database, 60_001);
    expect(await rows()).toEqual([]);
  });

  it("waits in memory where the database has too many", async () => {
    const { port, received } = await startSmtp([451]);
    const { database, stored, rows } = await openStore();
    const filler = { kek_id: "none", sealed: new Uint8Array(1), tries: 1, expires_at: 1 };
    const insert = (id: number) => ({
      query: database.query
        .insertInto("waiting_mails")
        .values({ ...filler, id: `${id}`, due_at: 1e12 }),
    });
    await writeAll(
      database,
      Array.from({ length: STORED_MAILS }, (_, id) => insert(id)),
    );
    const { mailer } = await open(port, [1], { stored });
    mailer.send(reset);
    await settled(mailer);
    expect(received).toHaveLength(1);
    expect(await rows()).toHaveLength(STORED_MAILS);
  });

  it("is sealed anew when the key-encryption key is rotated", async () => {
    const { port, received } = await startSmtp();
    const database = await openTestDatabase();
    const [a, b] = [
      { id: "a", key: randomBytes(32) },
      { id: "b", key: randomBytes(32) },
    ];
    const storeWith = (keys: readonly KeyEncryptionKey[]) => {
      const encryption = createKeyEncryption(keys);
      return { database, keyEncryption: () => encryption };
    };
    const away = await open(NOBODY, [0], { stored: openStoredMails(storeWith([a])) });
    away.mailer.send(mail);
    await settled(away.mailer);
    expect(await resealMails(storeWith([b, a]))).toBe(1);
    expect(await resealMails(storeWith([b, a]))).toBe(0);
    const strange = await open(port, [0], { stored: openStoredMails(storeWith([a])) });
    await strange.mailer.pickUp();
    expect(received).toEqual([]);
    const now = 7 + MAIL_CLAIM;
    const next = await open(port, [0], { stored: openStoredMails(storeWith([b])), now });
    await next.mailer.pickUp();
    expect(received).toHaveLength(1);
  });
});

describe("a mailer without an SMTP server", () => {
  it("keeps the newest mails in memory", async () => {
    const { mailer } = await open(null);
    for (let index = 0; index < OUTBOX_MAILS + 5; index += 1) {
      mailer.send({ ...mail, userId: String(index) });
    }
    const outbox = mailer.outbox();
    expect(outbox).toHaveLength(OUTBOX_MAILS);
    expect(outbox[0]).toEqual({ ...mail, userId: String(OUTBOX_MAILS + 4), at: 7 });
    expect(mailer.waiting).toBe(0);
  });
});

describe("the address of an SMTP server", () => {
  it.each([
    ["smtp://localhost:2525", { host: "localhost", port: 2525, secure: false, requireTls: false }],
    ["smtp://[::1]", { host: "::1", port: 587, requireTls: false }],
    ["smtp://mx.example", { port: 587, secure: false, requireTls: true, auth: null }],
    ["smtps://a:p%3A@mx.example", { port: 465, secure: true, auth: { user: "a", pass: "p:" } }],
  ])("reads %s", (url, expected) => {
    expect(parseSmtpUrl(url)).toMatchObject(expected);
  });

  it.each([
    "http://mx.example",
    "mx.example:25",
    "smtp://",
    "smtp://mx.example/path",
    "smtp://mx.example?tls.rejectUnauthorized=false",
    "smtp://user@mx.example",
    "smtp://a:%zz@mx.example",
  ])("refuses %s", (url) => {
    expect(parseSmtpUrl(url)).toBeUndefined();
  });
});
