// What can be configured. The schema in settings.ts checks the same members at run time; the
// compiler keeps the two in step.

import type { Duration, JwsAlgorithm } from "@latchkey/jose";
import type { ConsoleConfig } from "../console/console-routes.ts";
import type { PasswordHasherOptions } from "../credentials/password-hash.ts";
import type { PepperSource } from "../credentials/password-peppers.ts";
import type { LimitsConfig } from "../guessing/limits.ts";
import type { KeyEncryptionSource } from "../keys/open-key-encryption.ts";
import type { Language } from "../mail/language.ts";
import type { Logger } from "../observability/logger.ts";
import type { ThemeConfig } from "../pages/theme.ts";
import type { PlaceOf } from "../sessions/place.ts";
import type { Database } from "../storage/database.ts";
import type { ClaimsHook } from "../tokens/access-token.ts";

/** The configuration of a server. One of `data`, `databaseUrl` and `database` is required. */
export interface LatchkeyConfig {
  /** Public URL of this server, as tokens name it. https, except on loopback. */
  readonly issuer: string;
  /** Audience of access tokens. Default: the issuer. */
  readonly audience?: string | readonly string[];
  /** Directory of the embedded database; created when it is missing. */
  readonly data?: string;
  /**
   * A database on PostgreSQL, which any number of nodes share:
   * `postgres://user:password@host:5432/database?sslmode=verify-full`.
   */
  readonly databaseUrl?: string;
  /** The schema that holds the tables. Default: the first of the role's `search_path`. */
  readonly databaseSchema?: string;
  /** Connections of this node, at most. Default: 10. */
  readonly databasePoolSize?: number;
  /**
   * A direct URL of the same database, past any pooler: hears at once what other nodes took back.
   * Without it this node looks every 300 ms.
   */
  readonly databaseListenUrl?: string;
  /** Run missing migrations at start. False: refuse to start. Default: true. */
  readonly databaseMigrate?: boolean;
  /** Wait at start for a database that is not there. False: fail. Default: true. */
  readonly databaseWait?: boolean;
  /** An open store, which `close` leaves open. */
  readonly database?: Database;
  /** Where the key-encryption keys are: apart from the database. */
  readonly keyEncryption: KeyEncryptionSource;
  /** Web origins that may call with cookies. Default: none but the issuer's own. */
  readonly origins?: readonly string[];
  /** One, or several at once: the first signs, the others are ready. Default: ES256. */
  readonly signingAlgorithm?: JwsAlgorithm | readonly JwsAlgorithm[];
  /** Required for HS256, HS384 and HS512: whoever verifies such tokens can also make them. */
  readonly sharedSecret?: boolean;
  /** Default: "15m". */
  readonly accessTokenLifetime?: Duration;
  /** A session ends when it was not renewed for this long. Default: "30d". */
  readonly sessionIdleLifetime?: Duration;
  /** A session ends this long after sign-in. Default: null, never. */
  readonly sessionAbsoluteLifetime?: Duration | null;
  /** The same for a session that is not remembered (`"remember": false` at login). Default: "12h". */
  readonly shortSessionIdleLifetime?: Duration;
  /** What single clients have of their own, by client id; `latchkey` is the built-in one. */
  readonly clients?: Readonly<Record<string, ClientConfig>>;
  /** How long a session is kept after its end, so that a late token gets the truth. Default: "30d". */
  readonly endedSessionRetention?: Duration;
  /**
   * From asking for the deletion of an account to the deletion; until then a mailed link brings it
   * back. Default: "30d".
   */
  readonly accountDeletionGrace?: Duration;
  /** How long an audit event is kept. Default: "400d". */
  readonly auditRetention?: Duration;
  /** Which sessions the reuse of a refresh token ends: that one, or all of the user. */
  readonly reuseEnds?: "session" | "all";
  /** Names the coarse place of an address in the list of sessions. Default: none. */
  readonly placeOf?: PlaceOf;
  /** Where mail goes; without it, mail stays in memory for the operator. */
  readonly smtp?: SmtpConfig;
  /**
   * An account exists only when its address is proved. Default: true, and false on http loopback
   * without a mail server.
   */
  readonly requireVerifiedEmail?: boolean;
  /** A code or link that is mailed signs in, without a password. Default: false. */
  readonly emailSignIn?: boolean;
  /** What mails and pages call the product. Default: "Latchkey". */
  readonly productName?: string;
  /** How the hosted pages look. */
  readonly theme?: ThemeConfig;
  /** Of mails to whoever asks for none of ours: en, de or fr. Default: "en". */
  readonly mailLanguage?: Language;
  /** Code points of a new password when it is the only factor; 8 do beside another. Default: 15. */
  readonly minPasswordLength?: number;
  /**
   * A range service that knows breached passwords: five digits of a SHA-1 are appended to the URL,
   * such as `https://api.pwnedpasswords.com/range/`. Default: nobody is asked.
   */
  readonly breachedPasswords?: { readonly url: string };
  /**
   * Secrets that go into every password hash. The first is for new hashes, unless `current` names
   * another, or null for none. Default: no pepper.
   */
  readonly passwordPepper?: PepperSource;
  /** Reverse proxies in front, whose X-Forwarded-For is believed. Default: 0. */
  readonly trustedProxies?: number;
  /** Accept a plain-http issuer that is not loopback: passwords and tokens travel in clear. */
  readonly dangerouslyAllowHttpIssuer?: boolean;
  /**
   * Who may read the revocation feed: everybody (its names are random and tell nothing), or only
   * registered clients. Default: "public".
   */
  readonly feed?: "public" | "registered";
  /** Adds claims to access tokens; it can replace none of ours. */
  readonly claims?: ClaimsHook;
  /** The folder of the built console, served at /account and /admin. Default: no console. */
  readonly console?: ConsoleConfig;
  /** Where members of this object came from, by name, as the console's settings page tells it. */
  readonly settingSources?: Readonly<Record<string, string>>;
  /** Default: JSON lines on standard output. */
  readonly logger?: Logger;
  /** Milliseconds since 1970. Default: the machine's clock. */
  readonly clock?: () => number;
  /** How often somebody may try. */
  readonly rateLimits?: LimitsConfig;
  /** The pool that hashes passwords. */
  readonly passwordHashing?: PasswordHasherOptions;
  /** Bytes of a request body. Default: 64 KiB. */
  readonly maxBodyBytes?: number;
}

/** Lifetimes of a client's sessions; what is left out is as for everyone. */
export interface ClientConfig {
  readonly accessTokenLifetime?: Duration;
  readonly sessionIdleLifetime?: Duration;
  readonly sessionAbsoluteLifetime?: Duration | null;
}

/** A mail server. */
export interface SmtpConfig {
  /** `smtps://user:password@host` or `smtp://...` with STARTTLS, which only loopback goes without. */
  readonly url: string;
  /** The sender's address. */
  readonly from: string;
}

/**
 * Types a configuration that is written apart from where it is used.
 *
 * @example
 * ```ts
 * const config = defineConfig({
 *   issuer: "https://id.example",
 *   data: ".latchkey",
 *   keyEncryption: { directory: ".latchkey-keys" },
 * });
 * ```
 */
export function defineConfig(config: LatchkeyConfig): LatchkeyConfig {
  return config;
}
