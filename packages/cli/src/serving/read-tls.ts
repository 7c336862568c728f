// Reads and checks the certificate and key of HTTPS before anything listens.

import { readFile } from "node:fs/promises";
import { flagOf, type SettingName, type Settings } from "../options/settings.ts";
import { Failure } from "../output/failure.ts";

/** A certificate chain and its key, in PEM. */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * Reads the files of --tls-cert and --tls-key; undefined when HTTPS is not asked for.
 *
 * @throws Failure config_invalid
 */
export async function readTls(settings: Settings): Promise<TlsFiles | undefined> {
  const { tlsCert, tlsKey } = settings;
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const cert = await readPem("tlsCert", tlsCert);
  const key = await readPem("tlsKey", tlsKey);
  const { createSecureContext } = await import("node:tls");
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    // OpenSSL's message names the step that failed, never the key.
    const reason = cause instanceof Error ? cause.message : "unusable";
    throw new Failure("config_invalid", `--tls-cert and --tls-key do not fit: ${reason}.`, {
      remedy: "Give the certificate chain and its private key, both in PEM.",
      cause,
    });
  }
  return { cert, key };
}

async function readPem(name: SettingName, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code: unknown = cause instanceof Error ? Reflect.get(cause, "code") : undefined;
    const what = `${flagOf(name)}: ${path} cannot be read (${String(code)}).`;
    throw new Failure("config_invalid", what, {
      remedy: "Correct the path, or let this user read the file.",
      cause,
    });
  }
}
