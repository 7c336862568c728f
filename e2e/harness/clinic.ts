// The real clinic as a process, next to a server.

import { type Child, node, readyLine, root, spawnChild } from "./child.ts";
import { createDirectory } from "./directory.ts";

/** A running clinic. */
export interface Clinic {
  readonly url: string;
  readonly child: Child;
}

/** How to start a clinic. */
export interface ClinicOptions {
  readonly issuer: string;
  readonly audience?: string;
  /** Folder with `src`; the example itself when left out. */
  readonly folder?: string;
  /** Flags of Node; the condition that names sources when left out. */
  readonly nodeArgs?: readonly string[];
}

/** Starts the clinic and waits until it is ready. */
export async function startClinic(options: ClinicOptions): Promise<Clinic> {
  const child = spawnChild({
    label: "clinic",
    command: node,
    args: [...(options.nodeArgs ?? ["--conditions=latchkey-source"]), "src/main.ts", "--json"],
    cwd: options.folder ?? `${root}/examples/clinic`,
    env: {
      LATCHKEY_ISSUER: options.issuer,
      CLINIC_PORT: "0",
      CLINIC_DATA: await createDirectory("clinic"),
      ...(options.audience === undefined ? {} : { LATCHKEY_AUDIENCE: options.audience }),
    },
  });
  const ready = await readyLine(child);
  return { url: String(ready["url"]), child };
}
