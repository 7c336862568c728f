// What every command gets: the process, as data and streams, so that a command reads nothing global.

import type { InputStream } from "../input/read-secret.ts";
import type { Output } from "../output/output.ts";

/** The world of a command. */
export interface CommandContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  readonly input: InputStream;
  readonly prompts: NodeJS.WritableStream;
  readonly output: Output;
  readonly process: NodeJS.Process;
  readonly version: string;
  /** Sets the exit code; the last one counts. */
  exit(code: number): void;
}
