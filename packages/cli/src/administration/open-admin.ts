// Chooses the way to the admin API: the control socket when a server has the data directory open,
// else the store itself, in this process, through the same routes (design section 6).

import { existsSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_PORT, type ResolvedSettings } from "../options/resolve-settings.ts";
import { Failure, failureOf } from "../output/failure.ts";
import { type AdminClient, readAnswer } from "./admin-client.ts";
import { connectToServer } from "./socket-client.ts";

/** How long a command waits for a server that holds the lock and does not listen yet, or no more. */
export const LOCKED_PATIENCE = 5_000;

/** Milliseconds between two looks. */
const LOCKED_INTERVAL = 100;

/** What `openAdmin` needs. */
export interface AdminOptions {
  readonly settings: ResolvedSettings;
  /** Whether the command may create a database where there is none. */
  readonly mayCreate: boolean;
}

/**
 * Opens a way to the admin API of a data directory.
 *
 * @throws Failure data_directory_locked, config_invalid, and what opening the store throws
 */
export async function openAdmin(options: AdminOptions): Promise<AdminClient> {
  const { data, databaseUrl } = options.settings;
  // Nodes come and go beside each other there: this process is one more, for a moment.
  if (databaseUrl !== undefined) return openInProcess(options.settings);
  const giveUpAt = performance.now() + LOCKED_PATIENCE;
  for (;;) {
    const server = await connectToServer(data);
    if (server !== undefined) return server;
    // A misspelled --data must not leave an empty database behind.
    if (!options.mayCreate && !existsSync(join(data, "latchkey.db"))) {
      throw new Failure("config_invalid", `There is no Latchkey database in ${data}.`, {
        remedy: "Correct --data, or start `latchkey serve` once to create it.",
      });
    }
    try {
      return await openInProcess(options.settings);
    } catch (error) {
      const failure = failureOf(error, data);
      if (failure?.code !== "data_directory_locked" || performance.now() > giveUpAt) {
        throw failure ?? error;
      }
    }
    await new Promise((done) => setTimeout(done, LOCKED_INTERVAL));
  }
}

async function openInProcess(settings: ResolvedSettings): Promise<AdminClient> {
  const { openLatchkey } = await import("../serving/open-latchkey.ts");
  const issuer = settings.issuer ?? `http://localhost:${settings.port || DEFAULT_PORT}`;
  const { latchkey } = await openLatchkey({
    // Nothing is served, so nothing travels in clear.
    settings: { ...settings, dangerouslyAllowHttpIssuer: true },
    issuer,
    logLevel: "error",
    isPatient: false,
  });
  return {
    async send(method, path, body) {
      const request = new Request(new URL(path, "http://localhost"), {
        method,
        ...(body === undefined
          ? {}
          : {
              body: JSON.stringify(body),
              headers: { "Content-Type": "application/json" },
            }),
      });
      const response = await latchkey.control(request);
      return readAnswer({ status: response.status, body: await response.text() });
    },
    close: () => latchkey.close(),
  };
}
