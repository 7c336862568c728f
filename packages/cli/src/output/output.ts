// What commands write to. Standard output carries results, standard error carries the log, prompts
// and failures for people. Nothing that is written drives a terminal.

import { printableJson, printableLines } from "./terminal-text.ts";

/** Where a command writes. */
export interface Output {
  /** One line of a result. */
  line(text: string): void;
  /** One JSON object on one line of standard output. */
  json(value: unknown): void;
  /** One line on standard error. */
  error(text: string): void;
}

/** Writes to the process's streams. */
export function createOutput(streams: {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}): Output {
  return {
    line: (text) => void streams.stdout.write(`${printableLines(text)}\n`),
    json: (value) => void streams.stdout.write(`${printableJson(value)}\n`),
    error: (text) => void streams.stderr.write(`${printableLines(text)}\n`),
  };
}
