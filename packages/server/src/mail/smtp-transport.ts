// Sends one mail over SMTP. The only file that knows nodemailer, and it loads it when there is an SMTP
// server to send to: most tries of the server have none.

import type { Mail } from "./mail.ts";
import type { SmtpAddress } from "./smtp-address.ts";

/** Milliseconds until a connection must stand, and until a server must answer. */
export const SMTP_PATIENCE = 10_000;

/** Connections to the mail server at once. */
const CONNECTIONS = 2;

/** What a try to send came to. */
export type Delivery = "sent" | "try_again" | "refused";

/** Sends mails. */
export interface MailTransport {
  /** Never rejects. `reason` is for the log: a code or a status, never text of the server. */
  send(mail: Mail): Promise<{ readonly delivery: Delivery; readonly reason: string }>;
  close(): void;
}

/** Creates the transport of an SMTP server. */
export async function createSmtpTransport(
  address: SmtpAddress,
  from: string,
): Promise<MailTransport> {
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    pool: true,
    maxConnections: CONNECTIONS,
    host: address.host,
    port: address.port,
    secure: address.secure,
    requireTLS: address.requireTls,
    ...(address.auth === null ? {} : { auth: { ...address.auth } }),
    connectionTimeout: SMTP_PATIENCE,
    greetingTimeout: SMTP_PATIENCE,
    socketTimeout: SMTP_PATIENCE,
    // A mail is text of ours: nothing in it is ever fetched from a disk or a network.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text, html }) {
      try {
        await transport.sendMail({
          from,
          // As an object it is one address, whatever characters it holds.
          to: { name: "", address: to },
          subject,
          text,
          html,
          headers: { "Auto-Submitted": "auto-generated" },
        });
        return { delivery: "sent", reason: "" };
      } catch (error) {
        return failureOf(error);
      }
    },
    close: () => transport.close(),
  };
}

// RFC 5321 section 4.2.1: 5xx is final. A wrong password may be mended, and so may a server that
// does not answer.
function failureOf(error: unknown): { readonly delivery: Delivery; readonly reason: string } {
  const status: unknown = error instanceof Error ? Reflect.get(error, "responseCode") : undefined;
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  const reason = [
    ...(typeof code === "string" ? [code] : []),
    ...(typeof status === "number" ? [String(status)] : []),
  ].join(" ");
  const isFinal = typeof status === "number" && status >= 500 && code !== "EAUTH";
  return {
    delivery: isFinal ? "refused" : "try_again",
    reason: reason === "" ? "unknown" : reason,
  };
}
