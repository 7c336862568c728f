// Writes the log's lines of one turn of the event loop at once: a busy server answers a dozen requests
// in a turn, with one call of the system instead of a dozen. No line waits longer than the turn it came
// in, and what is left when the process ends by itself is written then.

import type { LogSink } from "./terminal-log.ts";

/** Characters of a turn, at most, before they are written: a turn that logs without end stays bounded. */
export const MAX_TURN = 64 * 1024;

/** Gathers the lines of each turn. @param sink - takes them as one text, and writes it at once */
export function createTurnWriter(sink: LogSink): LogSink {
  let lines = "";
  const flush = (): void => {
    if (lines === "") return;
    const text = lines;
    lines = "";
    process.off("exit", flush);
    sink.write(text);
  };
  return {
    write(line) {
      if (lines === "") {
        process.once("exit", flush);
        setImmediate(flush);
      }
      lines += line;
      if (lines.length >= MAX_TURN) flush();
    },
  };
}
