// README's five minutes work as pasted: the shell block runs against the real server, and the
// guarded API of the TypeScript block runs as a process; only the ports are replaced.

import { readFile, rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { node, readyLine, root, spawnChild, stopAll } from "./harness/child.ts";
import { removeDirectories } from "./harness/directory.ts";
import { startServer } from "./harness/server.ts";

const example = `${root}/e2e/readme-example-${process.pid}.ts`;

let url: string;
let blocks: { readonly shell: string; readonly api: string };

beforeAll(async () => {
  const server = await startServer();
  url = server.url;
  const readme = await readFile(`${root}/README.md`, "utf8");
  const tour = readme.slice(readme.indexOf("## Five minutes"));
  const block = (language: string): string =>
    (new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(tour)?.[1] ?? "").replaceAll(
      "localhost:4000",
      new URL(url).host,
    );
  blocks = { shell: block("sh"), api: block("ts") };
  const shell = spawnChild({
    label: "sh",
    command: "sh",
    args: ["-eu"],
    env: { LATCHKEY_DATA: server.data, LATCHKEY_KEK_DIR: server.kekDirectory },
    input: blocks.shell,
  });
  code = await shell.exit;
  output = shell.stdout();
  shellErrors = shell.stderr();
});

afterAll(async () => {
  await stopAll();
  await removeDirectories();
  await rm(example, { force: true });
});

let code: number | null;
let output: string;
let shellErrors: string;

describe("README", () => {
  it("signs up, logs in, uses the token, looks inside, and takes it back", () => {
    expect(`${code} ${shellErrors}`).toBe("0 ");
    expect(output).toContain('"token_type":"Bearer"');
    expect(output).toContain('"email":"ada@example.com"');
    expect(output).toMatch(/verified/i);
    expect(output).toMatch(/HTTP\/1\.1 401 [\s\S]*latchkey_reason="retired"/);
  });

  it("protects an API", async () => {
    expect(blocks.api).toContain("protect(guard");
    const ready = "() => console.log(JSON.stringify({ event: 'ready', ...server.address() }))";
    const text = blocks.api.replace("app.listen(5000)", `const server = app.listen(0, ${ready})`);
    await writeFile(example, text);
    const args = ["--conditions=latchkey-source", example];
    const { port } = await readyLine(spawnChild({ label: "api", command: node, args }));
    const answer = await fetch(`http://localhost:${String(port)}/appointments`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("WWW-Authenticate")).toBe("Bearer");
  });
});
