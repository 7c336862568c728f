// Makes a Latchkey server of settings: the same way for `serve` and for commands that open the
// store themselves. Imported lazily: it loads the whole server.

import { createLatchkey, createLogger, type Latchkey, type LatchkeyConfig } from "@latchkey/server";
import { destination, type Logger } from "pino";
import type { LogLevel, Settings } from "../options/settings.ts";
import { failureOf } from "../output/failure.ts";

/** A server that is open and usable. */
export interface OpenedLatchkey {
  readonly latchkey: Latchkey;
  readonly log: Logger;
  /** The one-time link for the first administrator, while there is none. */
  readonly setupLink: string | null;
}

/**
 * Opens the store and the keys.
 *
 * @throws Failure with the code of whatever stands in the way
 */
export async function openLatchkey(options: {
  readonly settings: Settings;
  readonly issuer: string;
  readonly logLevel: LogLevel;
  readonly claims?: LatchkeyConfig["claims"];
}): Promise<OpenedLatchkey> {
  const { settings } = options;
  // Written at once: a line that waits in a buffer is lost when the process is killed.
  const log = createLogger({
    level: options.logLevel,
    destination: destination({ dest: 2, sync: true }),
  });
  let latchkey: Latchkey | undefined;
  try {
    latchkey = createLatchkey({ ...configOf(settings, options), logger: log });
    const { setupLink } = await latchkey.ready();
    return { latchkey, log, setupLink };
  } catch (error) {
    // The first error is the one to tell; a store that did not open has nothing to close.
    await latchkey?.close().catch(() => undefined);
    throw failureOf(error, subjectOf(error, options)) ?? error;
  }
}

function configOf(
  settings: Settings,
  options: { readonly issuer: string; readonly claims?: LatchkeyConfig["claims"] },
): LatchkeyConfig {
  const { issuer, claims } = options;
  return {
    issuer,
    data: settings.data,
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
    ...(settings.requireVerifiedEmail === undefined
      ? {}
      : { requireVerifiedEmail: settings.requireVerifiedEmail }),
    ...(claims === undefined ? {} : { claims }),
  };
}

function subjectOf(
  error: unknown,
  options: { readonly settings: Settings; readonly issuer: string },
): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  if (code === "issuer_insecure" || code === "config_invalid") return options.issuer;
  const isKey = typeof code === "string" && code.startsWith("key_encryption_key");
  return isKey ? options.settings.kekDir : options.settings.data;
}
