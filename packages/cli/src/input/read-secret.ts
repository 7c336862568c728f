// Reads a secret from a person without showing it, or from standard input when that is no terminal.
// Never from arguments: those are visible to every process of the machine.

import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { EXIT_USAGE, Failure } from "../output/failure.ts";

/** Bytes of standard input that are read for one secret. */
export const MAX_SECRET_BYTES = 64 * 1024;

/** The terminal or pipe that a command reads from. */
export type InputStream = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** Where a secret is read from, and where the question is shown. */
export interface SecretOptions {
  readonly input: InputStream;
  readonly prompts: NodeJS.WritableStream;
  /** What is asked for, such as "Password". */
  readonly question: string;
  /** Ask twice and compare; on a terminal only. */
  readonly isNew?: boolean;
}

/**
 * Reads one secret.
 *
 * @throws Failure invalid_request when it is empty, too long, or the two do not match
 */
export async function readSecret(options: SecretOptions): Promise<string> {
  if (options.input.isTTY !== true) return readFirstLine(options.input, options.question);
  const secret = await ask(options, `${options.question}: `);
  if (secret === "") throw refuse(`${options.question} is empty.`);
  if (options.isNew === true && (await ask(options, `${options.question} again: `)) !== secret) {
    throw refuse("The two do not match.");
  }
  return secret;
}

// Everything up to the first line break: `printf '%s' "$PASSWORD" | latchkey ...` and `echo` both work.
async function readFirstLine(input: InputStream, question: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_SECRET_BYTES) {
      throw refuse(`Standard input is longer than ${MAX_SECRET_BYTES} bytes.`);
    }
    chunks.push(bytes);
  }
  const text = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
  let line: string;
  try {
    line = (text.decode(Buffer.concat(chunks)).split("\n", 1)[0] ?? "").replace(/\r$/, "");
  } catch {
    throw refuse("Standard input is not UTF-8.");
  }
  if (line === "") {
    throw refuse(`${question} is read from standard input, and that is empty.`);
  }
  return line;
}

function ask(options: SecretOptions, question: string): Promise<string> {
  // Readline echoes what is typed into its output; this one swallows everything.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: options.input, output: silent, terminal: true });
  return new Promise((done, fail) => {
    let answered = false;
    lines.on("SIGINT", () => lines.close());
    lines.on("close", () => {
      options.prompts.write("\n");
      if (!answered) fail(refuse("Cancelled."));
    });
    lines.question("", (answer) => {
      answered = true;
      lines.close();
      done(answer);
    });
    options.prompts.write(question);
  });
}

function refuse(what: string): Failure {
  return new Failure("invalid_request", what, {
    remedy: "Type it at the prompt, or pipe it in: `command < file`.",
    exitCode: EXIT_USAGE,
  });
}
