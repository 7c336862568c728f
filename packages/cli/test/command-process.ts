// Runs one command line after another in this process, as src/main.ts runs one, for tests of what
// commands answer: starting a process takes longer than most commands do. Tests that are about the
// process start main.ts itself (start-cli.ts).

import { once } from "node:events";
import { Readable } from "node:stream";
import { run } from "../src/run.ts";

/** A command line. */
export interface CommandRequest {
  readonly args: readonly string[];
  readonly directory: string;
  readonly input: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Is written to both streams behind everything that the command wrote. */
  readonly mark: string;
}

/** The end of a command. */
export interface CommandEnd {
  readonly code: number;
}

process.on("message", (request: CommandRequest) => void answer(request));
// Whoever started this process is gone, or has no more commands.
process.on("disconnect", () => process.exit());

async function answer(request: CommandRequest): Promise<void> {
  const code = await runCommand(request);
  await Promise.all([process.stdout, process.stderr].map((stream) => end(stream, request.mark)));
  process.send?.({ code } satisfies CommandEnd);
}

async function runCommand(request: CommandRequest): Promise<number> {
  process.chdir(request.directory);
  // This process, but for what each command has of its own. A command that is done ends only itself.
  const own = Object.create(process, {
    argv: { value: [...process.argv.slice(0, 2), ...request.args] },
    env: { value: { ...process.env, ...request.environment } },
    stdin: { value: Readable.from([Buffer.from(request.input)]) },
    exitCode: { value: undefined, writable: true },
    exit: { value: () => undefined },
  }) as NodeJS.Process;
  await run(own);
  return Number(own.exitCode ?? 0);
}

async function end(stream: NodeJS.WriteStream, mark: string): Promise<void> {
  if (!stream.write(mark)) await once(stream, "drain");
}
