// The log as somebody at a terminal reads it: a short line for what needs a look, so that the set-up
// link above it stays in sight. Requests that went well are left out unless debug lines are asked for.
// Anywhere else the log stays JSON, for programs.

import { printable } from "../output/terminal-text.ts";

/** Where lines of the log go. */
export interface LogSink {
  write(line: string): unknown;
}

const LEVELS: Readonly<Record<number, string>> = { 40: "warning", 50: "error", 60: "fatal" };

/** Members of a line that are said elsewhere in it, or that only programs ask for. */
const UNSAID = new Set(["level", "time", "pid", "hostname", "name", "msg", "requestId", "notes"]);

/** Status codes from here on are refusals and failures. */
const FIRST_REFUSAL = 400;

/**
 * Turns the logger's JSON lines into short ones.
 *
 * @param isDebugging - whether requests that went well are shown too
 */
export function createTerminalLog(sink: LogSink, isDebugging: boolean): LogSink {
  return {
    write: (line) => {
      const record = parseRecord(line);
      // What is not of the logger is passed on as it is.
      const text = record === undefined ? printable(line.trimEnd()) : format(record, isDebugging);
      if (text !== undefined) sink.write(`${text}\n`);
    },
  };
}

type LogRecord = Readonly<Record<string, unknown>>;

function parseRecord(line: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function format(record: LogRecord, isDebugging: boolean): string | undefined {
  const { msg, err } = record;
  const time = typeof record["time"] === "number" ? clockTime(record["time"]) : "";
  const { status, method, path, ms } = record;
  if (msg === "request" && typeof status === "number") {
    if (status < FIRST_REFUSAL && !isDebugging) return undefined;
    return `${time}  ${status} ${wordOf(method)} ${wordOf(path)} (${wordOf(ms)} ms)`;
  }
  // The text that says so stands right above.
  if (msg === "ready" && !isDebugging) return undefined;
  const level = LEVELS[Number(record["level"])];
  const facts = Object.entries(record)
    .filter(([name]) => !UNSAID.has(name) && name !== "err")
    .map(([name, value]) => `${printable(name)}: ${wordOf(value)}`);
  const text = `${time}  ${level === undefined ? "" : `${level}: `}${wordOf(msg)}`;
  return [facts.length === 0 ? text : `${text} (${facts.join(", ")})`, ...stackOf(err)].join("\n");
}

// The lines of an error's stack each stand alone, with what is not printable marked.
function stackOf(error: unknown): readonly string[] {
  if (typeof error !== "object" || error === null) return [];
  const { stack, message }: { readonly stack?: unknown; readonly message?: unknown } = error;
  const text = typeof stack === "string" ? stack : wordOf(message);
  return text.split("\n").map((line) => `    ${printable(line.trim())}`);
}

function wordOf(value: unknown): string {
  return printable(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
}

function clockTime(milliseconds: number): string {
  return new Date(milliseconds).toTimeString().slice(0, 8);
}
