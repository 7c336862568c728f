// A real SMTP server on loopback that keeps what it gets, and reads mails as people do: the text
// part, its code and its link.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";

/** A mail as it arrived. */
export interface ArrivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  /** The text part. */
  readonly text: string;
  /** Everything, as it came over the wire. */
  readonly raw: string;
}

/** A running mail server. */
export interface MailServer {
  readonly url: string;
  readonly mails: readonly ArrivedMail[];
  /** Waits for the next mail to an address that was not taken yet. */
  next(to: string): Promise<ArrivedMail & { readonly code: string; readonly link: string }>;
  stop(): Promise<void>;
}

/** Milliseconds that a mail may take. */
const PATIENCE = 10_000;

/** Starts a mail server. */
export async function startMailServer(): Promise<MailServer> {
  const mails: ArrivedMail[] = [];
  const taken = new Set<ArrivedMail>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream: SMTPServerDataStream, session: SMTPServerSession, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          ...readMail(Buffer.concat(chunks).toString("utf8")),
        });
        done();
      });
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    next: async (to) => {
      const deadline = Date.now() + PATIENCE;
      for (;;) {
        const mail = mails.find((one) => one.to.includes(to) && !taken.has(one));
        if (mail !== undefined) {
          taken.add(mail);
          const { text } = mail;
          return {
            ...mail,
            code: /^ {2}(\d{6})$/m.exec(text)?.[1] ?? "",
            link: /^https?:\/\/\S+$/m.exec(text)?.[0] ?? "",
          };
        }
        if (Date.now() > deadline) throw new Error(`no mail to ${to}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
      }),
  };
}

// RFC 2045 and 2046, as far as our own mails go: two parts, each plain or quoted-printable.
function readMail(raw: string): Pick<ArrivedMail, "subject" | "text" | "raw"> {
  const unfolded = raw.replaceAll(/\r\n[ \t]+/g, " ");
  const subject = /^Subject: (.*)$/m.exec(unfolded)?.[1]?.trim() ?? "";
  const part = raw.split(/^--.*\r\n/m).find((text) => /^Content-Type: text\/plain/im.test(text));
  const [head = "", ...body] = (part ?? raw).split("\r\n\r\n");
  const content = body.join("\r\n\r\n");
  const text = /quoted-printable/i.test(head) ? decodeQuotedPrintable(content) : content;
  return { subject, text: text.replaceAll("\r\n", "\n"), raw };
}

function decodeQuotedPrintable(text: string): string {
  const bytes = text
    .replaceAll(/=\r\n/g, "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(bytes, "latin1").toString("utf8");
}
