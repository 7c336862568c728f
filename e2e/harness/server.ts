// The real server as a process: `latchkey serve` from its sources, on a free port, with a
// database and a key-encryption key of its own.

import { type Child, node, readyLine, root, spawnChild } from "./child.ts";
import { createDirectory } from "./directory.ts";

/** A command line of the CLI, from its sources. */
const latchkeyArgs = ["--conditions=latchkey-source", `${root}/packages/cli/src/main.ts`] as const;

/** A running server. */
export interface Server {
  /** Where it listens, which is also its issuer. */
  readonly url: string;
  readonly data: string;
  readonly kekDirectory: string;
  readonly child: Child;
  /** What the ready line said. */
  readonly ready: Readonly<Record<string, unknown>>;
}

/** How to start a server; folders and port of an earlier one continue it. */
export interface ServerOptions {
  readonly data?: string;
  readonly kekDirectory?: string;
  readonly port?: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the server and waits until it is ready. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const data = options.data ?? (await createDirectory("data"));
  const kekDirectory = options.kekDirectory ?? (await createDirectory("kek"));
  const child = spawnServer({ ...options, data, kekDirectory });
  const ready = await readyLine(child);
  const url = ready["url"];
  if (typeof url !== "string") throw new Error("the ready line names no url");
  return { url, data, kekDirectory, child, ready };
}

/** Starts the server without waiting: for starts that must fail. */
export function spawnServer(
  options: ServerOptions & { readonly data: string; readonly kekDirectory: string },
): Child {
  return spawnChild({
    label: "latchkey serve",
    command: node,
    args: [
      ...latchkeyArgs,
      "serve",
      "--json",
      "--port",
      String(options.port ?? 0),
      "--data",
      options.data,
      "--kek-dir",
      options.kekDirectory,
      ...(options.args ?? []),
    ],
    ...(options.env === undefined ? {} : { env: options.env }),
  });
}

/** Starts a server again where an earlier one was: same folders, same port, same issuer. */
export async function restartServer(server: Server, args?: readonly string[]): Promise<Server> {
  return startServer({
    data: server.data,
    kekDirectory: server.kekDirectory,
    port: Number(new URL(server.url).port),
    ...(args === undefined ? {} : { args }),
  });
}

/** Runs a command of the CLI next to a server; answers its standard output. */
export async function runCli(
  server: Server,
  args: readonly string[],
  input?: string,
): Promise<string> {
  const child = spawnChild({
    label: `latchkey ${args.slice(0, 2).join(" ")}`,
    command: node,
    args: [...latchkeyArgs, ...args, "--data", server.data, "--kek-dir", server.kekDirectory],
    ...(input === undefined ? {} : { input }),
  });
  const code = await child.exit;
  if (code !== 0) {
    throw new Error(`latchkey ${args.join(" ")}: ${code}\n${child.stdout()}\n${child.stderr()}`);
  }
  return child.stdout();
}
