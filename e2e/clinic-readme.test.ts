// The story in the clinic's README works as pasted: its shell blocks run against the real server
// and the real clinic, with nothing replaced but the two ports.

import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, spawnChild, stopAll } from "./harness/child.ts";
import { startClinic } from "./harness/clinic.ts";
import { removeDirectories } from "./harness/directory.ts";
import { startServer } from "./harness/server.ts";

let output: readonly string[];
let complaints: string;

beforeAll(async () => {
  const server = await startServer();
  const clinic = await startClinic({ issuer: server.url });
  const readme = await readFile(`${root}/examples/clinic/README.md`, "utf8");
  const story = readme.slice(readme.indexOf("## The story in curl"));
  const blocks = [...story.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = ""]) => text);
  const shell = spawnChild({
    label: "sh",
    command: "sh",
    args: ["-eu"],
    env: { LATCHKEY_DATA: server.data, LATCHKEY_KEK_DIR: server.kekDirectory },
    input: blocks
      .join("")
      .replaceAll("localhost:4000", new URL(server.url).host)
      .replaceAll("localhost:5000", new URL(clinic.url).host),
  });
  const code = await shell.exit;
  output = shell.stdout().split("\n");
  complaints = `${code} ${shell.stderr()}`;
});

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

/** The answers, in the order of the README: those lines that are JSON. */
const answers = (): readonly Record<string, unknown>[] =>
  output.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));

describe("the clinic's README", () => {
  it("tells a story that works as pasted", () => {
    expect(complaints).toBe("0 ");
    expect(answers()).toMatchObject([
      {},
      { token_type: "Bearer", user: { email: "ana@example.com", name: "Ana" } },
      { phone: "+45 12 34 56 78" },
      { name: "Ana Smith" },
      { name: "Dora", speciality: "cardiology" },
      { reason: "check-up", cancelled_at: null },
      { items: [{ reason: "check-up" }] },
      { items: [{ reason: "check-up" }] },
      { status: 403, code: "permission_denied" },
      { status: 401, code: "token_required" },
    ]);
  });
});
