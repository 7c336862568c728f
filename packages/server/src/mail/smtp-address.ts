// The URL of an SMTP server, read strictly: a spelling mistake must not turn encryption off.
// smtps: TLS from the first byte (RFC 8314); smtp: STARTTLS, required except on loopback.

/** The default ports: RFC 8314 section 7.3, RFC 6409 section 3.1. */
const PORTS: Readonly<Record<string, number>> = { "smtps:": 465, "smtp:": 587 };

/** An SMTP server and how to speak to it. */
export interface SmtpAddress {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly secure: boolean;
  /** Refuses to go on without STARTTLS. */
  readonly requireTls: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | null;
}

/** Reads `smtp://user:password@host:port`; undefined when it is something else. */
export function parseSmtpUrl(text: string): SmtpAddress | undefined {
  if (text.length > 2048 || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const port = PORTS[url.protocol];
  const isPlain = (url.pathname === "" || url.pathname === "/") && url.search + url.hash === "";
  if (port === undefined || url.hostname === "" || !isPlain) return undefined;
  const [user, pass] = [decode(url.username), decode(url.password)];
  if (user === undefined || pass === undefined || (user === "") !== (pass === "")) return undefined;
  const secure = url.protocol === "smtps:";
  return {
    // The parser writes IPv6 in brackets; a socket takes it without.
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? port : Number(url.port),
    secure,
    requireTls: !secure && !isLoopback(url.hostname),
    auth: user === "" ? null : { user, pass },
  };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
