// Runs a command in a process that runs many, one after another (command-process.ts): a transcript of
// fifty commands starts one process. What a command sees is what it sees from a shell: its directory,
// its standard input, an environment that holds nothing of ours.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CommandEnd, CommandRequest } from "./command-process.ts";
import { ENVIRONMENT, type RunOptions, type Transcript } from "./start-cli.ts";

// No command writes it.
const MARK = "\0";

/** The process, and a promise that is rejected when it ends: nobody waits for its answer for ever. */
interface CommandProcess {
  readonly child: ChildProcess;
  readonly died: Promise<never>;
}

let commands: CommandProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Runs a command to its end, after those that were asked for before. */
export function runCommand(args: readonly string[], options: RunOptions): Promise<Transcript> {
  const next = last.then(() => send(args, options));
  last = next.catch(() => undefined);
  return next;
}

async function send(args: readonly string[], options: RunOptions): Promise<Transcript> {
  commands ??= startProcess();
  const { child, died } = commands;
  const { directory, input = "", environment = {} } = options;
  const ended = once(child, "message") as Promise<[CommandEnd]>;
  const written = [child.stdout, child.stderr].map((stream) => readUntilMark(stream, MARK));
  child.send({ args, directory, input, environment, mark: MARK } satisfies CommandRequest);
  const answered = Promise.all([ended, ...written]);
  const [[{ code }], stdout = "", stderr = ""] = await Promise.race([answered, died]);
  return { code, stdout, stderr };
}

// It ends when this process does: the channel between them closes.
function startProcess(): CommandProcess {
  const file = fileURLToPath(new URL("command-process.ts", import.meta.url));
  const child = fork(file, {
    env: { ...ENVIRONMENT },
    execArgv: ["--conditions=latchkey-source"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  child.unref();
  const died = once(child, "exit").then(() => {
    throw new Error("the process of the commands has ended");
  });
  died.catch(() => undefined);
  return { child, died };
}

function readUntilMark(stream: NodeJS.ReadableStream | null, mark: string): Promise<string> {
  let text = "";
  return new Promise((done) => {
    stream?.setEncoding("utf8");
    stream?.on("data", function take(chunk: string) {
      text += chunk;
      if (!text.endsWith(mark)) return;
      stream.off("data", take);
      done(text.slice(0, -mark.length));
    });
  });
}
