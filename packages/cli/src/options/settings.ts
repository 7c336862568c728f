// What can be set, once: each setting's flag, environment variable, key of the configuration file,
// default and explanation follow from this table. Parsing of one value is parse-setting.ts, the
// precedence is resolve-settings.ts.

import type { JwsAlgorithm } from "@latchkey/jose";

/** Every setting after resolution. Absent means: the server's default. */
export interface Settings {
  readonly host: string | undefined;
  readonly port: number;
  readonly data: string;
  readonly kekDir: string;
  readonly issuer: string | undefined;
  readonly audience: readonly string[];
  readonly origin: readonly string[];
  readonly database: string | undefined;
  readonly databaseSchema: string | undefined;
  readonly databasePoolSize: number | undefined;
  readonly databaseListenUrl: string | undefined;
  readonly databaseMigrate: boolean | undefined;
  readonly trustedProxies: number;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly dangerouslyAllowHttpIssuer: boolean;
  readonly signingAlgorithm: JwsAlgorithm | undefined;
  /** Seconds. */
  readonly accessTokenLifetime: number | undefined;
  /** Seconds. */
  readonly sessionIdleLifetime: number | undefined;
  /** Seconds. */
  readonly shortSessionIdleLifetime: number | undefined;
  /** Seconds. */
  readonly sessionAbsoluteLifetime: number | undefined;
  /** Seconds. */
  readonly accountDeletionGrace: number | undefined;
  /** Seconds. */
  readonly auditRetention: number | undefined;
  readonly reuseEnds: ReuseEnds | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string | undefined;
  /** Who may read the revocation feed. */
  readonly feed: "public" | "registered" | undefined;
  readonly requireVerifiedEmail: boolean | undefined;
  readonly emailSignIn: boolean;
  readonly productName: string | undefined;
  readonly accentColor: string | undefined;
  readonly logo: string | undefined;
  readonly mailLanguage: "en" | "de" | "fr" | undefined;
  /** Code points. */
  readonly minPasswordLength: number | undefined;
  readonly breachedPasswordsUrl: string | undefined;
  /** A file. */
  readonly passwordPepper: string | undefined;
  /** Seconds. */
  readonly drainDelay: number | undefined;
  readonly logLevel: LogLevel;
}

/** Levels of the log, most first. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** Which sessions the reuse of a refresh token may end. */
export const REUSE_ENDS = ["session", "all"] as const;

/** Which sessions the reuse of a refresh token ends. */
export type ReuseEnds = (typeof REUSE_ENDS)[number];

/** A level of the log. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a signing key may be made for: shared secrets need a trust decision that no flag makes. */
export const SIGNING_ALGORITHMS = [
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
] as const satisfies readonly JwsAlgorithm[];

/** What a value must be. */
export type SettingKind =
  | { readonly type: "text" | "path" | "url" | "boolean" | "list" | "duration" }
  | { readonly type: "integer"; readonly from: number; readonly to: number }
  | { readonly type: "choice"; readonly of: readonly string[] };

/** One setting. Its flag is the name in kebab-case, its variable `LATCHKEY_` and the name. */
export interface SettingEntry {
  readonly kind: SettingKind;
  /** What stands for the value in `--help`. */
  readonly placeholder: string;
  readonly about: string;
}

/** How many reverse proxies may stand in a row. */
const MAX_PROXIES = 16;

/** Connections of a node, at most. */
const MAX_POOL_SIZE = 1000;

/** The table. */
export const settingsTable = {
  host: {
    kind: { type: "text" },
    placeholder: "address",
    about: "address to listen on (default: loopback, 127.0.0.1 and ::1)",
  },
  port: {
    kind: { type: "integer", from: 0, to: 65_535 },
    placeholder: "number",
    about: "port to listen on; 0 takes any free one (default: 4000)",
  },
  data: {
    kind: { type: "path" },
    placeholder: "dir",
    about: "directory of the embedded database (default: ./.latchkey)",
  },
  kekDir: {
    kind: { type: "path" },
    placeholder: "dir",
    about: "directory of the key-encryption key, apart from the data (default: ./.latchkey-keys)",
  },
  issuer: {
    kind: { type: "url" },
    placeholder: "url",
    about: "public URL of this server, as in tokens (default: http://localhost:PORT)",
  },
  audience: {
    kind: { type: "list" },
    placeholder: "audience",
    about: "audience of access tokens; repeatable (default: the issuer)",
  },
  origin: {
    kind: { type: "list" },
    placeholder: "origin",
    about: "web origin that may call with cookies; repeatable (default: none)",
  },
  database: {
    kind: { type: "text" },
    placeholder: "url",
    about: "postgres://... that any number of nodes share, or a directory; also DATABASE_URL",
  },
  databaseSchema: {
    kind: { type: "text" },
    placeholder: "name",
    about: "schema of the tables (default: first of the role's search_path)",
  },
  databasePoolSize: {
    kind: { type: "integer", from: 1, to: MAX_POOL_SIZE },
    placeholder: "count",
    about: "connections of this node to PostgreSQL (default: 10)",
  },
  databaseListenUrl: {
    kind: { type: "text" },
    placeholder: "url",
    about: "the same database past any pooler, to hear revocations of other nodes at once",
  },
  databaseMigrate: {
    kind: { type: "boolean" },
    placeholder: "",
    about: "run missing migrations at start; no: refuse to start (default: yes)",
  },
  trustedProxies: {
    kind: { type: "integer", from: 0, to: MAX_PROXIES },
    placeholder: "count",
    about: "reverse proxies in front, whose X-Forwarded-For is believed (default: 0)",
  },
  tlsCert: {
    kind: { type: "path" },
    placeholder: "file",
    about: "certificate chain in PEM: serve HTTPS",
  },
  tlsKey: { kind: { type: "path" }, placeholder: "file", about: "private key in PEM" },
  dangerouslyAllowHttpIssuer: {
    kind: { type: "boolean" },
    placeholder: "",
    about: "allow a plain-http issuer that is not loopback: passwords travel in clear",
  },
  signingAlgorithm: {
    kind: { type: "choice", of: SIGNING_ALGORITHMS },
    placeholder: "alg",
    about: `algorithm of new signing keys (default: ES256; ${SIGNING_ALGORITHMS.join(", ")})`,
  },
  accessTokenLifetime: {
    kind: { type: "duration" },
    placeholder: "duration",
    about: 'life of an access token, such as "5m" (default: 15m)',
  },
  sessionIdleLifetime: {
    kind: { type: "duration" },
    placeholder: "duration",
    about: 'a session ends when unused for this long, such as "12h" (default: 30d)',
  },
  shortSessionIdleLifetime: {
    kind: { type: "duration" },
    placeholder: "duration",
    about: "the same for a sign-in that is not to be remembered (default: 12h)",
  },
  sessionAbsoluteLifetime: {
    kind: { type: "duration" },
    placeholder: "duration",
    about: "a session ends this long after sign-in, however it is used (default: never)",
  },
  accountDeletionGrace: {
    kind: { type: "duration" },
    placeholder: "duration",
    about: "from asking for the deletion of an account to the deletion (default: 30d)",
  },
  auditRetention: {
    kind: { type: "duration" },
    placeholder: "duration",
    about: "how long events of the audit log are kept (default: 400d)",
  },
  reuseEnds: {
    kind: { type: "choice", of: REUSE_ENDS },
    placeholder: "which",
    about: "sessions that the reuse of a refresh token ends: session or all (default: session)",
  },
  smtpUrl: {
    kind: { type: "text" },
    placeholder: "url",
    about: "mail server, smtps://user:password@host (default: none, mail stays in memory)",
  },
  mailFrom: {
    kind: { type: "text" },
    placeholder: "address",
    about: "sender of mail; needed with --smtp-url",
  },
  feed: {
    kind: { type: "choice", of: ["public", "registered"] },
    placeholder: "readers",
    about: "who may read the revocation feed: public or registered clients (default: public)",
  },
  requireVerifiedEmail: {
    kind: { type: "boolean" },
    placeholder: "",
    about:
      "accounts exist only when their e-mail is proved (default: yes; no on loopback without --smtp-url)",
  },
  emailSignIn: {
    kind: { type: "boolean" },
    placeholder: "",
    about: "a code or link that is mailed signs in without a password (default: no)",
  },
  productName: {
    kind: { type: "text" },
    placeholder: "name",
    about: "what mails and pages call the product (default: Latchkey)",
  },
  accentColor: {
    kind: { type: "text" },
    placeholder: "#rrggbb",
    about: "colour of buttons and links on the sign-in pages (default: #3b5bdb)",
  },
  logo: {
    kind: { type: "text" },
    placeholder: "url",
    about:
      "image on the sign-in pages: a path of this server's origin, https: or data: (default: a key)",
  },
  mailLanguage: {
    kind: { type: "choice", of: ["en", "de", "fr"] },
    placeholder: "language",
    about: "of mails to whoever asks for none that exists: en, de or fr (default: en)",
  },
  minPasswordLength: {
    kind: { type: "integer", from: 8, to: 128 },
    placeholder: "count",
    about: "characters of a password that is the only factor (default: 15; 8 beside another)",
  },
  breachedPasswordsUrl: {
    kind: { type: "url" },
    placeholder: "url",
    about: "range service asked by five digits of a hash whether a password leaked (default: none)",
  },
  passwordPepper: {
    kind: { type: "path" },
    placeholder: "file",
    about: "secrets that go into password hashes, as JSON, apart from the data (default: none)",
  },
  drainDelay: {
    kind: { type: "duration" },
    placeholder: "duration",
    about:
      'after SIGTERM, fail /readyz and go on for this long, such as "5s" (default: end at once)',
  },
  logLevel: {
    kind: { type: "choice", of: LOG_LEVELS },
    placeholder: "level",
    about: `least severity written to the log on standard error (default: info; ${LOG_LEVELS.join(", ")})`,
  },
} as const satisfies Record<keyof Settings, SettingEntry>;

/** The name of a setting. */
export type SettingName = keyof Settings;

/** Every name, in the order of `--help`. */
export const settingNames = Object.keys(settingsTable) as readonly SettingName[];

/** `kekDir` -> `--kek-dir`. */
export function flagOf(name: SettingName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `kekDir` -> `LATCHKEY_KEK_DIR`. */
export function variableOf(name: SettingName): string {
  return `LATCHKEY_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
