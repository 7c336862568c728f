// Tells whoever started the server that it is ready: an event with --json, else a text. The set-up
// link goes to standard output only, never to the log.

import type { CommandContext } from "../commands/context.ts";
import type { ResolvedSettings } from "../options/resolve-settings.ts";
import type { Settings } from "../options/settings.ts";
import { isLoopbackHost, type Listening } from "./listen.ts";
import type { OpenedLatchkey } from "./open-latchkey.ts";
import { nameOfStore } from "./name-of-store.ts";
import { formatStart } from "./start-text.ts";

/** Prints that the server is ready. */
export function announce(
  context: CommandContext,
  facts: {
    readonly settings: ResolvedSettings;
    readonly listening: Listening;
    readonly url: string;
    readonly issuer: string;
    readonly isJson: boolean;
    readonly opened: OpenedLatchkey;
  },
): void {
  const { settings, listening, url, issuer, opened } = facts;
  const { version } = context;
  const notes = [...listening.notes];
  const isHttp = new URL(issuer).protocol === "http:";
  if (isHttp && settings.tlsCert === undefined && !listening.isLoopback) {
    notes.push("Other machines can connect without TLS: passwords and tokens travel in clear.");
  }
  if (settings.databaseUrl !== undefined && settings.smtpUrl === undefined) {
    notes.push("Mail is not sent and stays in this node's memory: give every node --smtp-url.");
  }
  opened.log.info({ url, issuer, version, notes }, "ready");
  if (facts.isJson) {
    context.output.json({
      event: "ready",
      url,
      issuer,
      version,
      addresses: listening.addresses,
      port: listening.port,
      setup_link: opened.setupLink,
      notes,
    });
    return;
  }
  const isLocal = isLoopbackHost(hostnameOf(issuer));
  context.output.line(
    formatStart({
      version,
      url,
      addresses: listening.addresses,
      issuer,
      data: nameOfStore(settings),
      kekDir: settings.kekDir,
      hasConsole: opened.hasConsole,
      setupLink: opened.setupLink,
      isHttpLoopback: isHttp && isLocal,
      isLocal,
      // The command that reads it asks the one server of a directory.
      keepsMail: settings.smtpUrl === undefined && settings.databaseUrl === undefined,
      tlsCert: settings.tlsCert,
      isNpmStart: context.environment["npm_lifecycle_event"] === "start",
      notes,
    }),
  );
}

/** The URL to connect to. An address that stands for all of them is reached as localhost. */
export function urlOf(settings: Settings, port: number): string {
  const scheme = settings.tlsCert === undefined ? "http" : "https";
  const isAny = settings.host === undefined || /^(?:0\.0\.0\.0|::|\[::\])$/.test(settings.host);
  const host = isAny ? "localhost" : (settings.host ?? "localhost");
  return new URL(`${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`).origin;
}

function hostnameOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, "");
}
