// A process is killed while it writes: what it acknowledged is in the file when it is opened again,
// and a write of two steps is there whole or not at all.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openSqlite } from "./open-sqlite.ts";

/** Acknowledged writes after which each round is killed. */
const ROUNDS = [1, 40, 300];

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "latchkey-crash-"));
});
afterAll(() => rm(parent, { recursive: true }));

const script = `
  const { openSqlite } = await import(process.argv[1]);
  const database = await openSqlite({ directory: process.argv[2] });
  const event = (id) => ({ query: database.query.insertInto("audit_events")
    .values({ id, at: 1, kind: "k", outcome: "success", detail: "{}" }), expect: 1 });
  let next = 0;
  const writer = async () => {
    for (;;) {
      const id = process.argv[3] + "-" + next++;
      const outcome = await database.write([event(id + "a"), event(id + "b")]);
      if (outcome.committed) process.stdout.write(id + "\\n");
    }
  };
  await Promise.all(Array.from({ length: 16 }, writer));
`;

it("loses no acknowledged write to SIGKILL, and frees the lock", async () => {
  const directory = join(parent, "data");
  const acknowledged: string[] = [];
  for (const kills of ROUNDS) {
    const child = spawn(
      process.execPath,
      [
        "--conditions=latchkey-source",
        "--input-type=module",
        "-e",
        script,
        new URL("./open-sqlite.ts", import.meta.url).href,
        directory,
        `round${kills}`,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    let inRound = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line);
      if (++inRound === kills) child.kill("SIGKILL");
    }
    if (child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");
    expect(inRound).toBeGreaterThanOrEqual(kills);

    const database = await openSqlite({ directory });
    const rows = await database.read(database.query.selectFrom("audit_events").select("id"));
    await database.close();
    const found = new Set(rows.map((row) => row.id));
    const lost = acknowledged.filter((id) => !found.has(`${id}a`) || !found.has(`${id}b`));
    expect(lost).toEqual([]);
    const halves = [...found].filter(
      (id) => !found.has(id.endsWith("a") ? `${id.slice(0, -1)}b` : `${id.slice(0, -1)}a`),
    );
    expect(halves).toEqual([]);
  }
});
