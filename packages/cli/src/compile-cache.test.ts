// Where compiled code is kept, tried in processes of their own: Node turns the cache on for good.

import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

let home = "";
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), "latchkey-cache-")));
});
afterEach(() => rm(home, { recursive: true }));

const script = `
import { getCompileCacheDir } from "node:module";
import { Worker } from "node:worker_threads";
import { keepCompiledCode } from ${JSON.stringify(new URL("compile-cache.ts", import.meta.url).href)};
const directory = keepCompiledCode(process.env) ?? null;
const thread = new Worker(
  \`import { parentPort } from "node:worker_threads";
  import { getCompileCacheDir } from "node:module";
  parentPort.postMessage(getCompileCacheDir());\`,
  { eval: true },
);
thread.once("message", (inThread = null) => {
  console.log(JSON.stringify({ directory, used: getCompileCacheDir() ?? null, inThread }));
});
`;

async function run(environment: Readonly<Record<string, string>>): Promise<{
  readonly directory: string | null;
  readonly used: string | null;
  readonly inThread: string | null;
}> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--disable-warning=ExperimentalWarning", "-e", script],
    { env: { PATH: process.env["PATH"], HOME: home, ...environment } },
  );
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Awaited<ReturnType<typeof run>>;
}

const none = { directory: null, used: null, inThread: null };

test("it is the user's own directory, and threads use it too", async () => {
  const directory = join(home, ".cache", "latchkey", "compiled");
  const first = await run({});
  expect(first.directory).toBe(directory);
  expect(first.used).toContain(directory);
  expect(first.inThread).toBe(first.used);
  for (const path of [directory, join(home, ".cache")]) {
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  }
  expect(await run({})).toEqual(first);
});

test("XDG_CACHE_HOME moves it, unless it is relative", async () => {
  const named = join(home, "named");
  expect((await run({ XDG_CACHE_HOME: named })).directory).toBe(
    join(named, "latchkey", "compiled"),
  );
  expect((await run({ XDG_CACHE_HOME: "cache" })).directory).toBe(
    join(home, ".cache", "latchkey", "compiled"),
  );
});

test("what Node is told about its cache holds", async () => {
  const other = join(home, "other");
  const { directory, used } = await run({ NODE_COMPILE_CACHE: other });
  expect({ directory, isOther: used?.startsWith(other) }).toEqual({
    directory: null,
    isOther: true,
  });
  expect(await run({ NODE_DISABLE_COMPILE_CACHE: "1" })).toEqual(none);
  expect(await readdir(home)).toEqual(["other"]);
});

test.each([
  ["it", ".cache/latchkey/compiled"],
  ["the directory above it", ".cache/latchkey"],
  ["one further above", ".cache"],
])("none where others may write to %s", async (_name, path) => {
  await mkdir(join(home, ".cache/latchkey/compiled"), { recursive: true, mode: 0o700 });
  await chmod(join(home, path), 0o770);
  expect(await run({})).toEqual(none);
});

test("nothing is made in a home that is not the user's alone", async () => {
  await chmod(home, 0o770);
  expect(await run({})).toEqual(none);
  expect(await readdir(home)).toEqual([]);
});

test("none behind a link to where others may write", async () => {
  await mkdir(join(home, "open"));
  await chmod(join(home, "open"), 0o777);
  await symlink(join(home, "open"), join(home, ".cache"));
  expect(await run({})).toEqual(none);
});

test("none, and no word about it, where nothing can be made", async () => {
  expect(await run({ XDG_CACHE_HOME: "/proc/latchkey" })).toEqual(none);
});
