import { createLogger } from "@latchkey/server";
import { describe, expect, it } from "vitest";
import { createTerminalLog } from "./terminal-log.ts";

/** A logger whose lines are written for a terminal, and what was written. */
function open(isDebugging = false) {
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line) };
  const destination = createTerminalLog(sink, isDebugging);
  const log = createLogger({ destination: { write: (line: string) => destination.write(line) } });
  return { log, destination, written: () => lines.join("") };
}

const request = (status: number, path = "/auth/me") => ({
  requestId: "x",
  method: "GET",
  path,
  status,
  ms: 3,
});

describe("createTerminalLog", () => {
  it("leaves out requests that went well, so that the set-up link stays in sight", () => {
    const { log, written } = open();
    log.info(request(200), "request");
    log.info(request(303), "request");
    log.info({ url: "http://localhost:4000" }, "ready");
    expect(written()).toBe("");
  });

  it("shows them where debug lines are asked for", () => {
    const { log, written } = open(true);
    log.info(request(200), "request");
    expect(written()).toMatch(/^\d\d:\d\d:\d\d {2}200 GET \/auth\/me \(3 ms\)\n$/);
  });

  it("shows refusals in a line", () => {
    const { log, written } = open();
    log.info(request(401), "request");
    expect(written()).toMatch(/^\d\d:\d\d:\d\d {2}401 GET \/auth\/me \(3 ms\)\n$/);
  });

  it("says what happened, with its facts, and an error with its stack", () => {
    const { log, written } = open();
    log.warn({ kind: "sign_up", userId: null }, "mail not sent: no SMTP server is configured");
    log.error({ err: new RangeError("too far") }, "request failed");
    const [warning, error, first, second] = written().split("\n");
    expect(warning).toMatch(
      / {2}warning: mail not sent: no SMTP server is configured \(kind: sign_up, userId: null\)$/,
    );
    expect(error).toMatch(/ {2}error: request failed$/);
    expect(first).toBe("    RangeError: too far");
    expect(second).toMatch(/^ {4}at /);
  });

  it("O5: writes no control character of a request, nor of a line that is not the logger's", () => {
    const { log, destination, written } = open();
    const hostile = "/a\u001b[2J\u009b31m\u202e\rb\nc";
    log.info(request(404, hostile), "request");
    log.warn({ "na\u001bme": hostile }, hostile);
    destination.write(`not JSON ${hostile}\n`);
    const lines = written().trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it("keeps secrets out as the JSON lines do", () => {
    const { log, written } = open();
    log.warn({ password: "seven quiet herons", body: { token: "eyJsecret" } }, "odd");
    expect(written()).toContain("[redacted]");
    expect(written()).not.toMatch(/herons|eyJ/);
  });
});
