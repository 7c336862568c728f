// Installing what is missing, with the real npm on workspaces that need no network: their one
// dependency, a package named `node`, is a folder beside them.

import { chmod, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureInstalled, InstallError, pinnedNode } from "./install.mjs";

let root = "";
let reported: string[] = [];
const report = (line: string): void => void reported.push(line);

beforeEach(async () => {
  reported = [];
  root = await mkdtemp(join(tmpdir(), "latchkey-install-"));
  await mkdir(join(root, "fake"));
  await writeFile(join(root, "fake", "node.sh"), "#!/bin/sh\necho pinned\n");
  await chmod(join(root, "fake", "node.sh"), 0o755);
  await writeJson("fake/package.json", { name: "node", version: "24.0.0", bin: "node.sh" });
  await writeWorkspace("24.0.0");
});
afterEach(() => rm(root, { recursive: true, force: true }));

function writeJson(path: string, value: unknown): Promise<void> {
  return writeFile(join(root, path), JSON.stringify(value));
}

async function writeWorkspace(version: string): Promise<void> {
  const top = { name: "w", version: "1.0.0", devDependencies: { node: "file:fake" } };
  await writeJson("package.json", top);
  await writeJson("package-lock.json", {
    name: "w",
    version: "1.0.0",
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": top,
      fake: { name: "node", version, dev: true, bin: { node: "node.sh" } },
      "node_modules/node": { resolved: "fake", link: true },
    },
  });
}

const install = (): Promise<{ installed: boolean; node: string }> =>
  ensureInstalled({ root, report });

test("installs once; the second time does nothing and says nothing", async () => {
  expect(await install()).toEqual({ installed: true, node: pinnedNode(root) });
  expect(await readFile(pinnedNode(root), "utf8")).toContain("pinned");
  expect(reported.join("\n")).toContain("Installing dependencies");
  reported = [];
  expect(await install()).toEqual({ installed: false, node: pinnedNode(root) });
  expect(reported).toEqual([]);
});

test("a lockfile that changed is installed again, and stays as it is", async () => {
  await install();
  const lockfile = join(root, "package-lock.json");
  const text = (await readFile(lockfile, "utf8")).replace('"link":true', '"link":true,"dev":true');
  await writeFile(lockfile, text);
  await rm(join(root, "node_modules", ".package-lock.json"));
  expect((await install()).installed).toBe(true);
  expect(await readFile(lockfile, "utf8")).toBe(text);
  expect((await install()).installed).toBe(false);
});

test("what somebody installed by hand is recognised and kept", async () => {
  await install();
  await rm(join(root, "node_modules", ".latchkey-install"));
  await writeFile(join(root, "node_modules", "mine"), "");
  expect((await install()).installed).toBe(false);
  expect(await readFile(join(root, "node_modules", "mine"), "utf8")).toBe("");
});

test("a pinned Node that is gone is installed again", async () => {
  await install();
  await rm(join(root, "node_modules"), { recursive: true });
  expect((await install()).installed).toBe(true);
});

test("two at once: one installs, the other waits and finds nothing to do", async () => {
  const both = await Promise.all([install(), install()]);
  expect(both.filter(({ installed }) => installed)).toHaveLength(1);
  expect(reported.join("\n")).toContain("waiting");
});

test("the lock of a process that died is taken over", async () => {
  const lock = join(root, ".cache", "install.lock");
  await mkdir(lock, { recursive: true });
  const longAgo = new Date(Date.now() - 3_600_000);
  await utimes(lock, longAgo, longAgo);
  expect((await install()).installed).toBe(true);
});

test("a failure is told with its remedy, and gives the lock back", async () => {
  await writeFile(join(root, "package.json"), "{");
  await expect(install()).rejects.toThrow(
    /^npm install failed \(exit code \d+\).*Check the network/s,
  );
  await writeWorkspace("24.0.0");
  expect((await install()).installed).toBe(true);
});

test("a lockfile that is missing is told with its remedy", async () => {
  await rm(join(root, "package-lock.json"));
  const refused = install();
  await expect(refused).rejects.toBeInstanceOf(InstallError);
  await expect(refused).rejects.toThrow("git checkout package-lock.json");
});
