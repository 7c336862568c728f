// The real clinic as a process, next to a server.

import { type Child, node, readyLine, root, spawnChild } from "./child.ts";
import { createDirectory } from "./directory.ts";
import { callUntil, call } from "./http.ts";

/** The guard's longest pause after failures, one poll, and a busy machine, in milliseconds. */
const CATCH_UP = 20_000;

/** Milliseconds in which a clinic hears its server for the first time on a busy machine. */
const FIRST_WORD = 30_000;

/** A running clinic. */
export interface Clinic {
  readonly url: string;
  readonly child: Child;
}

/** How to start a clinic. */
export interface ClinicOptions {
  readonly issuer: string;
  readonly audience?: string;
  readonly port?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Folder with `src`; the example itself when left out. */
  readonly folder?: string;
  /** There is no server that it could hear: it is used as it starts. */
  readonly isAlone?: boolean;
  /** Flags of Node; the condition that names sources when left out. */
  readonly nodeArgs?: readonly string[];
}

/** Starts the clinic and waits until it is ready, and its guard has heard the server. */
export async function startClinic(options: ClinicOptions): Promise<Clinic> {
  const child = await spawnClinic(options);
  const ready = await readyLine(child);
  const url = String(ready["url"]);
  if (options.isAlone !== true) {
    await callUntil<Health>(
      () => call(`${url}/healthz`),
      ({ body: { guard } }) => guard.ready,
      FIRST_WORD,
    );
  }
  return { url, child };
}

/** Starts the clinic without waiting: for starts that must fail. */
export async function spawnClinic(options: ClinicOptions): Promise<Child> {
  return spawnChild({
    label: "clinic",
    command: node,
    args: [...(options.nodeArgs ?? ["--conditions=latchkey-source"]), "src/main.ts", "--json"],
    cwd: options.folder ?? `${root}/examples/clinic`,
    env: {
      ...options.env,
      LATCHKEY_ISSUER: options.issuer,
      CLINIC_PORT: options.port ?? "0",
      CLINIC_DATA: await createDirectory("clinic"),
      ...(options.audience === undefined ? {} : { LATCHKEY_AUDIENCE: options.audience }),
    },
  });
}

/** The part of a guard's status that says whether it hears its server. */
interface Health {
  readonly guard: {
    readonly ready: boolean;
    readonly lastError: object | null;
    readonly revocations: { readonly staleness: number | null };
  };
}

/** Waits until a clinic hears its server again after an outage: the promise counts from there. */
export async function untilCaughtUp(clinic: Clinic): Promise<void> {
  await callUntil<Health>(
    () => call(`${clinic.url}/healthz`),
    ({ body: { guard } }) => guard.lastError === null && (guard.revocations.staleness ?? 9) < 1.2,
    CATCH_UP,
  );
}
