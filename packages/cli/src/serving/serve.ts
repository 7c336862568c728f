// The life of a server process: settings, sockets, store, ready, signal, drain, end. On one screen;
// each step is a file of its own.

import { flushCompileCache } from "node:module";
import { setTimeout as pause } from "node:timers/promises";
import type { LatchkeyConfig } from "@latchkey/server";
import type { CommandContext } from "../commands/context.ts";
import type { ConfigFile } from "../options/config-file.ts";
import { loadSettings } from "../options/load-settings.ts";
import type { SettingName } from "../options/settings.ts";
import { Failure } from "../output/failure.ts";
import { announce, urlOf } from "./announce.ts";
import type { ControlServer } from "./control-server.ts";
import { createHttpServers, type Handler, problem } from "./http-server.ts";
import { listen } from "./listen.ts";
import type { OpenedLatchkey } from "./open-latchkey.ts";
import { lowerHashingPriority } from "./lower-hashing-priority.ts";
import { readTls } from "./read-tls.ts";
import { waitForSignal } from "./signals.ts";

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
  const { settings, file } = await loadSettings(context, flags);
  const claims = claimsOf(file);
  const tls = await readTls(settings);

  let isEnding = false;
  let handler: Handler = async (request) => answerBefore(request);
  let report: (error: unknown) => void = () => undefined;
  const http = createHttpServers({
    handler: (request, connection) =>
      isEnding && isReadiness(request)
        ? Promise.resolve(problem("not_ready"))
        : handler(request, connection),
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
    const { openLatchkey } = await import("./open-latchkey.ts");
    opened = await openLatchkey({
      settings,
      issuer,
      logLevel: settings.logLevel,
      ...(claims === undefined ? {} : { claims }),
      until: signal,
    });
    const { latchkey, log } = opened;
    crashOnDefect(context.process, log);
    lowerHashingPriority();
    report = (error) => log.error({ err: error }, "request failed");
    // Commands go to the one process that has the directory; to a shared database they go alone.
    if (settings.databaseUrl === undefined) {
      const { openControlServer } = await import("./control-server.ts");
      control = await openControlServer({
        data: settings.data,
        control: (request) => latchkey.control(request),
        onError: report,
      });
    }
    handler = (request, connection) => latchkey.fetch(request, connection);
  } catch (error) {
    await http.drain(0);
    await opened?.latchkey.close();
    // Told to end while it waited for its database.
    if (opened === undefined && (await hasFired(signal))) return context.exit(0);
    throw error;
  }

  announce(context, { settings, listening, url, issuer, isJson: flags.json === true, opened });
  // Now, and not at the end: a server may run for months, and be killed then.
  flushCompileCache();
  const name = await signal;
  if (flags.json === true) context.output.json({ event: "closing", signal: name });
  opened.log.info({ signal: name }, "closing");
  // Load balancers learn from /readyz that this node goes, while it still answers what they send.
  isEnding = true;
  await pause((settings.drainDelay ?? 0) * 1000);
  // Streams never end by themselves: draining would wait for them in vain.
  opened.latchkey.endStreams();
  const [cut] = await Promise.all([http.drain(DRAIN_GRACE), control?.close(DRAIN_GRACE)]);
  if (cut > 0) opened.log.warn({ cut }, "requests did not finish in time");
  await opened.latchkey.close();
  if (flags.json === true) context.output.json({ event: "closed" });
  context.exit(0);
}

// While the store is being opened: alive, and not ready.
function answerBefore(request: Request): Response {
  if (new URL(request.url).pathname.endsWith("/healthz")) return Response.json({ status: "ok" });
  return problem("not_ready");
}

function isReadiness(request: Request): boolean {
  return new URL(request.url).pathname.endsWith("/readyz");
}

async function hasFired(signal: Promise<unknown>): Promise<boolean> {
  return (await Promise.race([signal, pause(0, undefined)])) !== undefined;
}

// A defect that reaches the top leaves unknown state behind: say so and end. What was acknowledged
// is durable, and a supervisor starts the server again.
function crashOnDefect(process: NodeJS.Process, log: OpenedLatchkey["log"]): void {
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "defect: the server ends");
    process.exit(1);
  });
}

type ClaimsHook = NonNullable<LatchkeyConfig["claims"]>;

function claimsOf(file: ConfigFile | undefined): ClaimsHook | undefined {
  const claims: unknown = file === undefined ? undefined : Reflect.get(file.values, "claims");
  if (claims === undefined) return undefined;
  if (typeof claims !== "function") {
    throw new Failure("config_invalid", `claims in ${file?.path} must be a function.`);
  }
  // The file's author writes it against the exported type; nothing more can be checked here.
  return claims as ClaimsHook;
}
