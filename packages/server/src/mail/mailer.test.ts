import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLogger } from "../observability/logger.ts";
import type { Mail } from "./mail.ts";
import { createMailer, type Mailer, QUEUED_MAILS } from "./mailer.ts";
import { OUTBOX_MAILS } from "./outbox.ts";
import { parseSmtpUrl } from "./smtp-address.ts";
import { createSmtpTransport } from "./smtp-transport.ts";

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

async function open(port: number | null, retryPauses?: readonly number[]) {
  let log = "";
  const address = port === null ? undefined : parseSmtpUrl(`smtp://127.0.0.1:${port}`);
  const mailer = createMailer({
    transport:
      address === undefined
        ? null
        : await createSmtpTransport(address, "Latchkey <id@example.com>"),
    log: createLogger({ destination: { write: (line: string) => void (log += line) } }),
    clock: () => 7,
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
