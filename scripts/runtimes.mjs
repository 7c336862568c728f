// @ts-check
// The runtimes that @latchkey/jose is tested on, and how to get and run them. They come from npm into a
// folder of their own outside the workspaces, because each is a binary of a hundred megabytes that
// only these tests need. Apart from test-runtimes.mjs so that the unit tests can run two of them.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pinnedNode, workspaceRoot } from "./install.mjs";

/**
 * What the suite prints.
 *
 * @typedef {{ runtime: string, passed: number, failures: string[], missing: string[] }} Result
 */

/** @typedef {"Node 20" | "Node 22" | "Node 24" | "Node 26" | "Bun" | "Deno"} Runtime */

/** @type {Readonly<Record<Runtime, { spec: string, command: readonly string[] }>>} */
const RUNTIMES = {
  "Node 20": { spec: "node@20", command: ["node"] },
  "Node 22": { spec: "node@22", command: ["node"] },
  "Node 24": { spec: "node@24", command: ["node"] },
  "Node 26": { spec: "node@26", command: ["node"] },
  Bun: { spec: "bun@1", command: ["bun"] },
  Deno: { spec: "deno@2", command: ["deno", "run", "--allow-read", "--allow-env"] },
};

/** The names, in the order of the table. */
export const runtimes = /** @type {readonly Runtime[]} */ (Object.keys(RUNTIMES));

const cache = join(workspaceRoot, ".cache", "runtimes");
const suite = join(workspaceRoot, "packages", "jose", "test", "runtimes", "suite.mjs");

/**
 * The command that starts a runtime, which is installed first when it is not there.
 *
 * @param {Runtime} runtime
 * @returns {readonly string[]}
 */
export function commandOf(runtime) {
  const { spec, command } = RUNTIMES[runtime];
  const [name = "", ...args] = command;
  if (runtime === "Node 24") return [pinnedNode(), ...args];
  if (runtime === "Node 20" && isMajor("node", 20)) return ["node", ...args];
  const folder = join(cache, runtime.toLowerCase().replace(" ", "-"));
  const file = join(folder, "node_modules", ".bin", name);
  if (!existsSync(file)) install(folder, spec);
  return [file, ...args];
}

/**
 * Runs the portable suite.
 *
 * @param {Runtime} runtime
 * @returns {Result}
 */
export function runSuite(runtime) {
  const [file = "", ...args] = commandOf(runtime);
  const { stdout, stderr, error } = spawnSync(file, [...args, suite], {
    encoding: "utf8",
    // Without the condition under which the tests read sources: the built package is tested.
    env: { ...process.env, NODE_OPTIONS: "", NO_COLOR: "1" },
    timeout: 120_000,
  });
  try {
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  } catch {
    const message = error?.message ?? stderr.slice(-1000);
    return { runtime, passed: 0, failures: [`the suite did not end: ${message}`], missing: [] };
  }
}

/**
 * The algorithms and curves that a runtime lacks, as docs/runtimes.md has them.
 *
 * @param {string} page
 * @param {Runtime} runtime
 */
export function documentedGaps(page, runtime) {
  const row = page.split("\n").find((line) => line.startsWith(`| ${runtime} `));
  const cell = row?.split("|")[3] ?? "";
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name).toSorted();
}

/**
 * @param {string} folder
 * @param {string} spec
 */
function install(folder, spec) {
  mkdirSync(folder, { recursive: true });
  // The binaries arrive by install scripts, which npm runs for named packages only.
  const allowScripts = { node: true, bun: true, deno: true };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, allowScripts }));
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const args = ["install", "--no-audit", "--no-fund", "--loglevel=error", spec];
  const { status } = spawnSync(npm, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`npm could not install ${spec}`);
}

/**
 * @param {string} file
 * @param {number} major
 */
function isMajor(file, major) {
  // The pinned Node comes first on the path of a test; a Node 20 of the machine's own may follow.
  const { stdout } = spawnSync(file, ["--version"], { encoding: "utf8" });
  return stdout?.startsWith(`v${major}.`) ?? false;
}
