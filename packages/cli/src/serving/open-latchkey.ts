// Makes a Latchkey server of settings: the same way for `serve` and for commands that open the
// store themselves. Imported lazily: it loads the whole server.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { isatty } from "node:tty";
import { fileURLToPath } from "node:url";
import { createLatchkey, createLogger, type Latchkey, type LatchkeyConfig } from "@latchkey/server";
import { destination, type Logger } from "pino";
import type { ResolvedSettings } from "../options/resolve-settings.ts";
import { flagOf, type LogLevel, type SettingName } from "../options/settings.ts";
import { Failure, failureOf } from "../output/failure.ts";
import { nameOfStore } from "./name-of-store.ts";
import { readPepper } from "./read-pepper.ts";
import { createTerminalLog } from "./terminal-log.ts";
import { createTurnWriter } from "./turn-writer.ts";

/** A server that is open and usable. */
export interface OpenedLatchkey {
  readonly latchkey: Latchkey;
  readonly log: Logger;
  /** The one-time link for the first administrator, while there is none. */
  readonly setupLink: string | null;
  /** Whether the console was found and is served. */
  readonly hasConsole: boolean;
}

/**
 * Opens the store and the keys.
 *
 * @throws Failure with the code of whatever stands in the way
 */
export async function openLatchkey(options: {
  readonly settings: ResolvedSettings;
  readonly issuer: string;
  readonly logLevel: LogLevel;
  readonly claims?: LatchkeyConfig["claims"];
  /** Whether a database that is not there is waited for. Default: true. */
  readonly isPatient?: boolean;
  /** Ends the waiting when it resolves. */
  readonly until?: Promise<unknown>;
}): Promise<OpenedLatchkey> {
  const { settings } = options;
  // Never in a buffer for longer than a turn: a line that waits is lost when the process is killed.
  const errors = destination({ dest: 2, sync: true });
  const isDebugging = options.logLevel === "debug" || options.logLevel === "trace";
  const log = createLogger({
    level: options.logLevel,
    destination: isatty(2) ? createTerminalLog(errors, isDebugging) : createTurnWriter(errors),
  });
  let latchkey: Latchkey | undefined;
  try {
    const passwordPepper = await readPepper(settings);
    const console = consoleOf();
    latchkey = createLatchkey({
      ...configOf(settings, options),
      ...(passwordPepper === undefined ? {} : { passwordPepper }),
      ...console,
      ...(options.isPatient === false && settings.databaseUrl !== undefined
        ? { databaseWait: false }
        : {}),
      settingSources: sourcesOf(settings),
      logger: log,
    });
    const opening = latchkey;
    let isOpen = false;
    void options.until?.then(() => (isOpen ? undefined : opening.close()));
    const { setupLink } = await latchkey.ready();
    isOpen = true;
    return { latchkey, log, setupLink, hasConsole: console.console !== undefined };
  } catch (error) {
    // The first error is the one to tell; a store that did not open has nothing to close.
    await latchkey?.close().catch(() => undefined);
    throw explain(error, settings);
  }
}

function configOf(
  settings: ResolvedSettings,
  options: { readonly issuer: string; readonly claims?: LatchkeyConfig["claims"] },
): LatchkeyConfig {
  const { issuer, claims } = options;
  return {
    issuer,
    ...storeOf(settings),
    keyEncryption: { directory: settings.kekDir },
    origins: settings.origin,
    trustedProxies: settings.trustedProxies,
    dangerouslyAllowHttpIssuer: settings.dangerouslyAllowHttpIssuer,
    ...(settings.audience.length === 0 ? {} : { audience: settings.audience }),
    ...(settings.signingAlgorithm === undefined
      ? {}
      : { signingAlgorithm: settings.signingAlgorithm }),
    ...(settings.accessTokenLifetime === undefined
      ? {}
      : { accessTokenLifetime: settings.accessTokenLifetime }),
    ...(settings.sessionIdleLifetime === undefined
      ? {}
      : { sessionIdleLifetime: settings.sessionIdleLifetime }),
    ...(settings.shortSessionIdleLifetime === undefined
      ? {}
      : { shortSessionIdleLifetime: settings.shortSessionIdleLifetime }),
    ...(settings.sessionAbsoluteLifetime === undefined
      ? {}
      : { sessionAbsoluteLifetime: settings.sessionAbsoluteLifetime }),
    ...(settings.accountDeletionGrace === undefined
      ? {}
      : { accountDeletionGrace: settings.accountDeletionGrace }),
    ...(settings.auditRetention === undefined ? {} : { auditRetention: settings.auditRetention }),
    ...(settings.reuseEnds === undefined ? {} : { reuseEnds: settings.reuseEnds }),
    ...(settings.smtpUrl === undefined || settings.mailFrom === undefined
      ? {}
      : { smtp: { url: settings.smtpUrl, from: settings.mailFrom } }),
    ...(settings.feed === undefined ? {} : { feed: settings.feed }),
    ...(settings.requireVerifiedEmail === undefined
      ? {}
      : { requireVerifiedEmail: settings.requireVerifiedEmail }),
    ...(settings.minPasswordLength === undefined
      ? {}
      : { minPasswordLength: settings.minPasswordLength }),
    ...(settings.breachedPasswordsUrl === undefined
      ? {}
      : { breachedPasswords: { url: settings.breachedPasswordsUrl } }),
    emailSignIn: settings.emailSignIn,
    ...(settings.productName === undefined ? {} : { productName: settings.productName }),
    theme: {
      ...(settings.accentColor === undefined ? {} : { accent: settings.accentColor }),
      ...(settings.logo === undefined ? {} : { logo: settings.logo }),
    },
    ...(settings.mailLanguage === undefined ? {} : { mailLanguage: settings.mailLanguage }),
    ...(claims === undefined ? {} : { claims }),
  };
}

function explain(error: unknown, settings: ResolvedSettings): unknown {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  if (error instanceof Error && (code === "config_invalid" || code === "issuer_insecure")) {
    // "origins.0: Not an origin ..." -> "--origin: Not an origin ...", as its owner knows it.
    const [path = "", ...rest] = error.message.split(": ");
    const name = SETTING_OF[path.split(".")[0] ?? ""];
    const source = name === undefined ? undefined : (settings.sources[name] ?? flagOf(name));
    const message = source === undefined ? error.message : `${source}: ${rest.join(": ")}`;
    return new Failure(code, `${message}.`, { cause: error });
  }
  const isKey = typeof code === "string" && code.startsWith("key_encryption_key");
  return failureOf(error, isKey ? settings.kekDir : nameOfStore(settings)) ?? error;
}

function storeOf(settings: ResolvedSettings): Partial<LatchkeyConfig> {
  const { data, databaseUrl } = settings;
  if (databaseUrl === undefined) return { data };
  const { databaseSchema, databasePoolSize, databaseListenUrl, databaseMigrate } = settings;
  return {
    databaseUrl,
    ...(databaseSchema === undefined ? {} : { databaseSchema }),
    ...(databasePoolSize === undefined ? {} : { databasePoolSize }),
    ...(databaseListenUrl === undefined ? {} : { databaseListenUrl }),
    ...(databaseMigrate === undefined ? {} : { databaseMigrate }),
  };
}

// Where the console was built to; undefined when it is not there, and the server goes without.
function consoleOf(): Pick<LatchkeyConfig, "console"> {
  try {
    const home = dirname(fileURLToPath(import.meta.resolve("@latchkey/console/package.json")));
    const directory = join(home, "dist");
    return existsSync(join(directory, "index.html")) ? { console: { directory } } : {};
  } catch {
    return {};
  }
}

function sourcesOf({ sources }: ResolvedSettings): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(SETTING_OF).flatMap(([member, name]) => {
      const source = sources[name];
      return source === undefined ? [] : [[member, source]];
    }),
  );
}

// The server's names of settings that it judges itself, or shows.
const SETTING_OF: Readonly<Record<string, SettingName>> = {
  issuer: "issuer",
  audience: "audience",
  origins: "origin",
  accessTokenLifetime: "accessTokenLifetime",
  sessionIdleLifetime: "sessionIdleLifetime",
  shortSessionIdleLifetime: "shortSessionIdleLifetime",
  sessionAbsoluteLifetime: "sessionAbsoluteLifetime",
  accountDeletionGrace: "accountDeletionGrace",
  auditRetention: "auditRetention",
  smtp: "smtpUrl",
  minPasswordLength: "minPasswordLength",
  breachedPasswords: "breachedPasswordsUrl",
  passwordPepper: "passwordPepper",
  trustedProxies: "trustedProxies",
  signingAlgorithm: "signingAlgorithm",
  keyEncryption: "kekDir",
  data: "data",
  database: "database",
  dangerouslyAllowHttpIssuer: "dangerouslyAllowHttpIssuer",
  reuseEnds: "reuseEnds",
  feed: "feed",
  requireVerifiedEmail: "requireVerifiedEmail",
  emailSignIn: "emailSignIn",
  productName: "productName",
  theme: "accentColor",
  mailLanguage: "mailLanguage",
};
