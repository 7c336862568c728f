// @ts-check
// Builds the console when its sources are newer than what was built: `npm start` and `npm test` call
// it. A hash of the sources tells, so that a second start costs a few milliseconds.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pinnedNode, workspaceRoot } from "./install.mjs";

/** What the built console depends on, relative to the workspace. */
const SOURCES = [
  "packages/console/src",
  "packages/console/index.html",
  "packages/console/build.mjs",
  "packages/console/vite.config.ts",
  "packages/console/package.json",
  "packages/client/src",
  "package-lock.json",
];

/**
 * Builds the console unless it is built already.
 *
 * @param {{ root?: string, report?: (line: string) => void }} [options]
 * @returns {Promise<{ built: boolean }>}
 * @throws {Error} when the build fails; its output went to standard error
 */
export async function ensureConsole(options = {}) {
  const root = options.root ?? workspaceRoot;
  const report = options.report ?? ((line) => void process.stderr.write(`${line}\n`));
  const home = join(root, "packages", "console");
  const stamp = join(home, "dist", ".stamp");
  const expected = hashSources(root);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === expected) return { built: false };
  report("== Building the console ==");
  await build(root, join(home, "build.mjs"));
  writeFileSync(stamp, expected);
  return { built: true };
}

/** @param {string} root */
export function hashSources(root) {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    for (const path of filesOf(join(root, source))) {
      hash
        .update(`${relative(root, path)}\0`)
        .update(readFileSync(path))
        .update("\0");
    }
  }
  return `${hash.digest("hex")}\n`;
}

/** @param {string} path @returns {string[]} */
function filesOf(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path)
      .sort()
      .flatMap((name) => filesOf(join(path, name)));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return [path];
    throw error;
  }
}

/** @param {string} root @param {string} script @returns {Promise<void>} */
function build(root, script) {
  return new Promise((done, fail) => {
    const child = spawn(pinnedNode(root), ["--conditions=latchkey-source", script], {
      cwd: root,
      // Standard output is kept for the command that follows: `npm start -- --json` prints JSON.
      stdio: ["ignore", 2, 2],
    });
    child.on("error", fail);
    child.on("exit", (code) => {
      if (code === 0) done();
      else fail(new Error(`the console could not be built (exit code ${code}); see above`));
    });
  });
}
