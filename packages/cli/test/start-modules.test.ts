// What a start loads, counted: modules are most of its time, and a single import brings back hundreds.
// And what a start says when one of those that are loaded late is missing.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeDirectory, runCli, startServer } from "./start-cli.ts";

// Real processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** Modules of a start on the embedded store, Node's own left out. Today: 866. */
const MAX_MODULES = 900;

let directory = "";
let dispose: () => Promise<void>;
beforeEach(async () => {
  ({ path: directory, dispose } = await makeDirectory());
});
afterEach(() => dispose());

/** Node's flag that runs a module before the command. */
function preload(code: string): Readonly<Record<string, string>> {
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  return { NODE_OPTIONS: `--import=${url}` };
}

test("a start loads no command but its own, no driver, no mail transport and no passkeys", async () => {
  const list = join(directory, "modules.json");
  const environment = preload(`
    import { registerHooks } from "node:module";
    import { writeFileSync } from "node:fs";
    const urls = [];
    registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
    process.once("exit", () => writeFileSync(${JSON.stringify(list)}, JSON.stringify(urls)));
  `);
  const server = await startServer([], { directory, environment });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(await server.stop()).toBe(0);
  const urls = (JSON.parse(await readFile(list, "utf8")) as string[]).filter(
    (url) => !url.startsWith("node:"),
  );
  expect(urls.some((url) => url.includes("/node_modules/kysely/"))).toBe(true);
  expect(urls.filter((url) => url.includes("/src/commands/")).map(nameOf)).toEqual(["serve.ts"]);
  const late =
    /\/node_modules\/(?:pg|pg-[a-z]+|nodemailer|@simplewebauthn\/[a-z]+|@peculiar\/[a-z0-9-]+)\//;
  expect(urls.filter((url) => late.test(url))).toEqual([]);
  expect(urls.length).toBeLessThanOrEqual(MAX_MODULES);
});

describe("a part that is loaded late and missing is told at the start that needs it", () => {
  test.each([
    ["nodemailer", ["--smtp-url=smtp://127.0.0.1:1", "--mail-from=id@example.com"]],
    ["pg", ["--database=postgres://latchkey@127.0.0.1:1/latchkey"]],
  ])("%s", async (name, flags) => {
    const environment = preload(`
      import { registerHooks } from "node:module";
      registerHooks({
        resolve(specifier, context, next) {
          if (specifier === ${JSON.stringify(name)}) throw new Error("Cannot find package '${name}'");
          return next(specifier, context);
        },
      });
    `);
    const args = ["serve", "--port=0", ...flags];
    const { code, stdout, stderr } = await runCli(args, { directory, environment });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`Cannot find package '${name}'`);
  });
});

function nameOf(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
