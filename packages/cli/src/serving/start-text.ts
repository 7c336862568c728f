// What `latchkey serve` prints for people once it is ready: where it listens, how to set up the
// first administrator, and curl lines that work as pasted into a POSIX shell.

/** An example account for a server on this machine. */
const EXAMPLE_EMAIL = "ada@example.com";
// The one of README.md: whoever pastes from both has one account.
const EXAMPLE_PASSWORD = "correct horse battery staple";

/** What the text says. */
export interface StartFacts {
  readonly version: string;
  readonly url: string;
  readonly addresses: readonly string[];
  readonly issuer: string;
  readonly data: string;
  readonly kekDir: string;
  /** Whether the server has the console. */
  readonly hasConsole: boolean;
  readonly setupLink: string | null;
  readonly isHttpLoopback: boolean;
  /** Whether mail stays in memory: no mail server is set. */
  readonly keepsMail: boolean;
  /** Whether the example account may be suggested: on this machine only. */
  readonly isLocal: boolean;
  readonly tlsCert: string | undefined;
  /** Whether `npm start` runs it: then the shell knows no `latchkey`. */
  readonly isNpmStart: boolean;
  readonly notes: readonly string[];
}

/** Formats the text. */
export function formatStart(facts: StartFacts): string {
  const lines = [
    `Latchkey ${facts.version} is ready at ${facts.url}`,
    "",
    `  listens on  ${facts.addresses.join(" and ")}`,
    `  issuer      ${facts.issuer}`,
    `  database    ${facts.data}`,
    `  master key  ${facts.kekDir} (back it up apart from the database)`,
    ...(facts.hasConsole ? [`  console     ${facts.issuer}/admin`] : []),
  ];
  if (facts.setupLink !== null) {
    lines.push(
      "",
      "Set up the first administrator; this link works once:",
      "",
      `  ${facts.setupLink}`,
    );
  }
  if (facts.isLocal) {
    const curl = curlLines(facts.url, facts.tlsCert).map((line) => `  ${line}`);
    lines.push("", "Try it: sign up, log in, see who you are. Paste into a shell:", "", ...curl);
  }
  if (facts.keepsMail) {
    // Administrators read mail on a developer's own machine only.
    const page = facts.hasConsole && facts.isLocal ? ` at ${facts.issuer}/admin/mail, or` : "";
    const command = facts.isNpmStart ? "npm run -s latchkey -- mail" : "latchkey mail";
    lines.push(
      "",
      `Mail is not sent; read it${page} with:`,
      "",
      `  ${command} --data ${quote(facts.data)}`,
    );
  }
  const notes = [...facts.notes];
  if (facts.isHttpLoopback) {
    notes.push("Cookies have no Secure attribute, as the issuer is http on this machine.");
  }
  if (notes.length > 0) lines.push("", ...notes.map((note) => `Note: ${note}`));
  lines.push("", "Stop with Ctrl-C.", "");
  return lines.join("\n");
}

/** The three lines: sign up, log in and keep the token, ask for the account. */
export function curlLines(url: string, tlsCert?: string): readonly [string, string, string] {
  const curl = tlsCert === undefined ? "curl -sS" : `curl -sS --cacert ${quote(tlsCert)}`;
  const json = "-H 'Content-Type: application/json'";
  const body = quote(JSON.stringify({ email: EXAMPLE_EMAIL, password: EXAMPLE_PASSWORD }));
  const token = `sed -n 's/.*"access_token":"\\([^"]*\\)".*/\\1/p'`;
  return [
    `${curl} ${url}/auth/signup ${json} -d ${body}; echo`,
    `TOKEN=$(${curl} ${url}/auth/login ${json} -d ${body} | ${token})`,
    `${curl} ${url}/auth/me -H "Authorization: Bearer $TOKEN"; echo`,
  ];
}

// A single quote ends a quoted text of the shell, so it is closed, escaped and opened again.
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
