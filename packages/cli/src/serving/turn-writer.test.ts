// One write for a turn, and no line lost at an end.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { createTurnWriter, MAX_TURN } from "./turn-writer.ts";

function open(): { readonly write: (line: string) => unknown; readonly written: string[] } {
  const written: string[] = [];
  const writer = createTurnWriter({ write: (text) => written.push(text) });
  return { write: (line) => writer.write(line), written };
}

it("writes the lines of a turn as one text, in order, when the turn ends", async () => {
  const { write, written } = open();
  write("one\n");
  await Promise.resolve();
  write("two\n");
  expect(written).toEqual([]);
  await nextTurn();
  expect(written).toEqual(["one\ntwo\n"]);
  write("three\n");
  await nextTurn();
  expect(written).toEqual(["one\ntwo\n", "three\n"]);
});

it("does not wait for the end of a turn that logs without end", async () => {
  const { write, written } = open();
  const line = `${"x".repeat(1023)}\n`;
  for (let index = 0; index < 100; index += 1) write(line);
  expect(written.join("")).toBe(line.repeat(MAX_TURN / 1024));
  await nextTurn();
  expect(written.join("")).toBe(line.repeat(100));
});

it("leaves no listener behind", async () => {
  const before = process.listenerCount("exit");
  const { write } = open();
  for (let turn = 0; turn < 20; turn += 1) {
    write("line\n");
    await nextTurn();
  }
  expect(process.listenerCount("exit")).toBe(before);
});

it.each([
  ["ends by itself", "process.exit(3)", 3],
  ["dies of an error", "throw new Error('defect')", 1],
])("loses nothing when the process %s in the turn", (_name, end, code) => {
  const file = join(import.meta.dirname, "turn-writer.ts");
  const program = `
    import { writeSync } from "node:fs";
    import { createTurnWriter } from ${JSON.stringify(file)};
    const writer = createTurnWriter({ write: (text) => writeSync(1, text) });
    writer.write("last words\\n");
    ${end};
  `;
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", program],
    { encoding: "utf8" },
  );
  expect({ status, stdout }).toEqual({ status: code, stdout: "last words\n" });
});
