// From a configuration to settings: checked (check-config.ts), defaults filled in, times in numbers.

import { type Duration, type JwsAlgorithm, parseDuration } from "@latchkey/jose";
import { type Peppers, resolvePeppers } from "../credentials/password-peppers.ts";
import { MIN_PASSWORD_LENGTH } from "../credentials/password-policy.ts";
import { type Limits, resolveLimits } from "../guessing/limits.ts";
import { DEFAULT_BODY_BYTES } from "../http/handler.ts";
import { createLogger, type Logger } from "../observability/logger.ts";
import type { Language } from "../mail/language.ts";
import { parseSmtpUrl, type SmtpAddress } from "../mail/smtp-address.ts";
import type { ClientLifetimes, SessionPolicy } from "../sessions/lifetimes.ts";
import { DEFAULT_ACCENT, type Theme } from "../pages/theme.ts";
import { checkConfig } from "./check-config.ts";
import { ConfigError } from "./config-error.ts";
import { checkIssuer, isLoopbackIssuer } from "./issuer.ts";
import type { ClientConfig, LatchkeyConfig } from "./latchkey-config.ts";

/** Life of an access token, by default. */
export const DEFAULT_ACCESS_TOKEN_LIFETIME: Duration = "15m";

/** Idle life of a session, by default; NIST SP 800-63B-4 asks for 30 days at most at AAL1. */
export const DEFAULT_SESSION_IDLE_LIFETIME: Duration = "30d";

/** Idle life of a session that is not remembered, by default. */
export const DEFAULT_SHORT_SESSION_IDLE_LIFETIME: Duration = "12h";

/** How long a session is kept after its end, by default. */
export const DEFAULT_ENDED_SESSION_RETENTION: Duration = "30d";

/** From asking for the end of an account to the end, by default. */
export const DEFAULT_ACCOUNT_DELETION_GRACE: Duration = "30d";

/** How long an audit event is kept, by default. */
export const DEFAULT_AUDIT_RETENTION: Duration = "400d";

/** What mails and pages call the product, by default. */
export const DEFAULT_PRODUCT_NAME = "Latchkey";

/** A checked configuration. */
export interface Settings {
  readonly issuer: string;
  readonly audience: readonly string[];
  /** The allow-list, with the issuer's own origin. */
  readonly origins: ReadonlySet<string>;
  /** The first is the default. */
  readonly signingAlgorithms: readonly JwsAlgorithm[];
  readonly policy: SessionPolicy;
  /** Null: mail stays in memory. */
  readonly smtp: { readonly address: SmtpAddress; readonly from: string } | null;
  readonly feed: "public" | "registered";
  readonly requireVerifiedEmail: boolean;
  /** Whether a mail alone signs in. */
  readonly emailSignIn: boolean;
  readonly productName: string;
  readonly theme: Theme;
  readonly mailLanguage: Language;
  readonly minPasswordLength: number;
  /** URL of a range service; null: nobody is asked. */
  readonly breachedPasswords: string | null;
  readonly peppers: Peppers;
  readonly trustedProxies: number;
  readonly rateLimits: Limits;
  /** Milliseconds between asking for the end of an account and the end. */
  readonly accountDeletionGrace: number;
  /** Milliseconds. */
  readonly auditRetention: number;
  /** Bytes. */
  readonly bodyLimit: number;
  readonly log: Logger;
  readonly clock: () => number;
}

/**
 * Checks a configuration and fills in the defaults.
 *
 * @throws ConfigError `config_invalid`, `issuer_insecure`
 */
export function resolveSettings(config: LatchkeyConfig): Settings {
  checkConfig(config);
  const { issuer } = config;
  const signingAlgorithms = [config.signingAlgorithm ?? "ES256"].flat();
  const sharedAlgorithm = signingAlgorithms.find((alg) => alg.startsWith("HS"));
  checkIssuer(issuer, config.dangerouslyAllowHttpIssuer === true);
  if (sharedAlgorithm !== undefined && config.sharedSecret !== true) {
    throw new ConfigError(
      "config_invalid",
      `signingAlgorithm: ${sharedAlgorithm} needs sharedSecret`,
    );
  }
  if (config.passwordHashing?.dangerouslyCheap === true && !isLoopbackIssuer(issuer)) {
    throw new ConfigError(
      "config_invalid",
      "passwordHashing.dangerouslyCheap: for tests on loopback only",
    );
  }
  const absolute = config.sessionAbsoluteLifetime ?? null;
  return {
    issuer,
    audience: config.audience === undefined ? [issuer] : [config.audience].flat(),
    origins: new Set([...(config.origins ?? []), new URL(issuer).origin]),
    signingAlgorithms,
    policy: {
      accessTokenLifetime: parseDuration(
        config.accessTokenLifetime ?? DEFAULT_ACCESS_TOKEN_LIFETIME,
      ),
      idleLifetime:
        parseDuration(config.sessionIdleLifetime ?? DEFAULT_SESSION_IDLE_LIFETIME) * 1000,
      shortIdleLifetime: milliseconds(
        config.shortSessionIdleLifetime ?? DEFAULT_SHORT_SESSION_IDLE_LIFETIME,
      ),
      absoluteLifetime: absolute === null ? null : parseDuration(absolute) * 1000,
      endedRetention: milliseconds(config.endedSessionRetention ?? DEFAULT_ENDED_SESSION_RETENTION),
      reuseEnds: config.reuseEnds ?? "session",
      clients: new Map(
        Object.entries(config.clients ?? {}).map(([id, client]) => [id, clientLifetimes(client)]),
      ),
    },
    smtp: resolveSmtp(config),
    // Without a mail server, and on this machine alone, sign-in does not wait for a mail.
    requireVerifiedEmail:
      config.requireVerifiedEmail ?? !(isLoopbackIssuer(issuer) && config.smtp === undefined),
    emailSignIn: config.emailSignIn ?? false,
    productName: config.productName ?? DEFAULT_PRODUCT_NAME,
    theme: {
      accent: config.theme?.accent ?? DEFAULT_ACCENT,
      logo: config.theme?.logo ?? null,
    },
    mailLanguage: config.mailLanguage ?? "en",
    feed: config.feed ?? "public",
    minPasswordLength: config.minPasswordLength ?? MIN_PASSWORD_LENGTH,
    breachedPasswords: config.breachedPasswords?.url ?? null,
    peppers: resolvePepperSource(config),
    trustedProxies: config.trustedProxies ?? 0,
    rateLimits: resolveLimits(config.rateLimits),
    accountDeletionGrace: milliseconds(
      config.accountDeletionGrace ?? DEFAULT_ACCOUNT_DELETION_GRACE,
    ),
    auditRetention: milliseconds(config.auditRetention ?? DEFAULT_AUDIT_RETENTION),
    bodyLimit: config.maxBodyBytes ?? DEFAULT_BODY_BYTES,
    log: config.logger ?? createLogger(),
    clock: config.clock ?? Date.now,
  };
}

function resolvePepperSource({ passwordPepper }: LatchkeyConfig): Peppers {
  try {
    return resolvePeppers(passwordPepper);
  } catch (error) {
    // Our own words, which name an id and never a key.
    const message = error instanceof TypeError ? error.message : "unusable";
    throw new ConfigError("config_invalid", `passwordPepper: ${message}`);
  }
}

function resolveSmtp({ smtp }: LatchkeyConfig): Settings["smtp"] {
  if (smtp === undefined) return null;
  const address = parseSmtpUrl(smtp.url);
  // The URL holds a password and is not repeated.
  if (address === undefined) {
    throw new ConfigError("config_invalid", "smtp.url: not smtp://host or smtps://host");
  }
  return { address, from: smtp.from };
}

function clientLifetimes(client: ClientConfig): ClientLifetimes {
  const { accessTokenLifetime, sessionIdleLifetime, sessionAbsoluteLifetime } = client;
  return {
    ...(accessTokenLifetime === undefined
      ? {}
      : { accessTokenLifetime: parseDuration(accessTokenLifetime) }),
    ...(sessionIdleLifetime === undefined
      ? {}
      : { idleLifetime: milliseconds(sessionIdleLifetime) }),
    ...(sessionAbsoluteLifetime === undefined
      ? {}
      : {
          absoluteLifetime:
            sessionAbsoluteLifetime === null ? null : milliseconds(sessionAbsoluteLifetime),
        }),
  };
}

function milliseconds(value: Duration): number {
  return parseDuration(value) * 1000;
}
