// The life of a server process: settings, sockets, store, ready, signal, drain, end. On one screen;
// each step is a file of its own.

import { readFile } from "node:fs/promises";
import type { CommandContext } from "../commands/context.ts";
import type { ConfigFile } from "../options/config-file.ts";
import { loadSettings } from "../options/load-settings.ts";
import { flagOf, type SettingName, type Settings } from "../options/settings.ts";
import { Failure } from "../output/failure.ts";
import type { ControlServer } from "./control-server.ts";
import { createHttpServers, type Handler, problem } from "./http-server.ts";
import { isLoopbackHost, type Listening, listen } from "./listen.ts";
import type { OpenedLatchkey } from "./open-latchkey.ts";
import { waitForSignal } from "./signals.ts";
import { formatStart } from "./start-text.ts";

/** Milliseconds that requests under way may take to finish once the server is told to end. */
export const DRAIN_GRACE = 10_000;

/**
 * Runs the server until a signal ends it.
 *
 * @throws Failure when it cannot start
 */
export async function serve(
  context: CommandContext,
  flags: Readonly<Partial<Record<SettingName | "config" | "json", unknown>>>,
): Promise<void> {
  const signal = waitForSignal(context.process);
  // Loaded while the sockets are opened.
  const opening = import("./open-latchkey.ts");
  const { settings, file } = await loadSettings(context, flags);
  const claims = claimsOf(file);
  const tls = await readTls(settings);

  let handler: Handler = async () => problem("not_ready");
  let report: (error: unknown) => void = () => undefined;
  const http = createHttpServers({
    handler: (request, connection) => handler(request, connection),
    onError: (error) => report(error),
    ...(tls === undefined ? {} : { tls }),
  });
  const listening = await listen({
    host: settings.host,
    port: settings.port,
    createServer: () => http.create(),
  });
  const url = urlOf(settings, listening.port);
  const issuer = settings.issuer ?? url;

  let opened: OpenedLatchkey | undefined;
  let control: ControlServer | undefined;
  try {
    const { openLatchkey } = await opening;
    opened = await openLatchkey({
      settings,
      issuer,
      logLevel: settings.logLevel,
      ...(claims === undefined ? {} : { claims }),
    });
    const { latchkey, log } = opened;
    crashOnDefect(context.process, log);
    report = (error) => log.error({ err: error }, "request failed");
    const { openControlServer } = await import("./control-server.ts");
    control = await openControlServer({
      data: settings.data,
      control: (request) => latchkey.control(request),
      onError: report,
    });
    handler = (request, connection) => latchkey.fetch(request, connection);
  } catch (error) {
    await http.drain(0);
    await opened?.latchkey.close();
    throw error;
  }

  announce(context, { settings, listening, url, issuer, isJson: flags.json === true, opened });
  const name = await signal;
  if (flags.json === true) context.output.json({ event: "closing", signal: name });
  opened.log.info({ signal: name }, "closing");
  const [cut] = await Promise.all([http.drain(DRAIN_GRACE), control.close(DRAIN_GRACE)]);
  if (cut > 0) opened.log.warn({ cut }, "requests did not finish in time");
  await opened.latchkey.close();
  if (flags.json === true) context.output.json({ event: "closed" });
  context.exit(0);
}

// A defect that reaches the top leaves unknown state behind: say so and end. What was acknowledged
// is durable, and a supervisor starts the server again.
function crashOnDefect(process: NodeJS.Process, log: OpenedLatchkey["log"]): void {
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "defect: the server ends");
    process.exit(1);
  });
}

function announce(
  context: CommandContext,
  facts: {
    readonly settings: Settings;
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
      data: settings.data,
      kekDir: settings.kekDir,
      setupLink: opened.setupLink,
      isHttpLoopback: isHttp && isLocal,
      isLocal,
      tlsCert: settings.tlsCert,
      notes,
    }),
  );
}

// The URL to connect to. An address that stands for all of them is reached as localhost.
function urlOf(settings: Settings, port: number): string {
  const scheme = settings.tlsCert === undefined ? "http" : "https";
  const isAny = settings.host === undefined || /^(?:0\.0\.0\.0|::|\[::\])$/.test(settings.host);
  const host = isAny ? "localhost" : (settings.host ?? "localhost");
  return new URL(`${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`).origin;
}

function hostnameOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, "");
}

async function readTls(
  settings: Settings,
): Promise<{ readonly cert: Buffer; readonly key: Buffer } | undefined> {
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
    throw new Failure("config_invalid", `${flagOf(name)}: ${path} cannot be read (${code}).`, {
      remedy: "Correct the path, or let this user read the file.",
      cause,
    });
  }
}

type ClaimsHook = NonNullable<
  Parameters<typeof import("./open-latchkey.ts").openLatchkey>[0]["claims"]
>;

function claimsOf(file: ConfigFile | undefined): ClaimsHook | undefined {
  const claims: unknown = file === undefined ? undefined : Reflect.get(file.values, "claims");
  if (claims === undefined) return undefined;
  if (typeof claims !== "function") {
    throw new Failure("config_invalid", `claims in ${file?.path} must be a function.`);
  }
  // The file's author writes it against the exported type; nothing more can be checked here.
  return claims as ClaimsHook;
}
