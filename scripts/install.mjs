// @ts-check
// Installs what is missing, so that `npm start` and `npm test` work on a fresh clone. Apart from
// its callers, and plain JavaScript without dependencies for Node >= 18, because it runs before
// anything is installed and on whatever Node the machine has.

import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The oldest Node that these scripts run on. */
const OLDEST_NODE = 18;

/** A lock that was not touched for this long (milliseconds) belongs to a process that died. */
const STALE_LOCK_AGE = 30_000;

/** How often the holder touches the lock, and a waiter looks again (milliseconds). */
const LOCK_TOUCH_INTERVAL = 5_000;
const LOCK_POLL_INTERVAL = 200;

/** The workspace that this file is part of. */
export const workspaceRoot = resolve(fileURLToPath(new URL("..", import.meta.url)));

/** Thrown with a message for the terminal: what failed, and what to do about it. */
export class InstallError extends Error {}

/**
 * The path of the pinned Node: the npm package `node`, a development dependency of the workspace.
 *
 * @param {string} [root] the workspace
 * @returns {string}
 */
export function pinnedNode(root = workspaceRoot) {
  return join(root, "node_modules", ".bin", "node");
}

/**
 * Installs the locked dependencies, unless `node_modules` already matches `package-lock.json`.
 * Safe when two run at once: the second waits and then finds nothing to do.
 *
 * @param {{ root?: string, report?: (line: string) => void }} [options]
 * @returns {Promise<{ installed: boolean, node: string }>}
 * @throws {InstallError}
 */
export async function ensureInstalled(options = {}) {
  const root = options.root ?? workspaceRoot;
  const report = options.report ?? ((line) => void process.stderr.write(`${line}\n`));
  const major = Number(process.versions.node.split(".")[0]);
  if (major < OLDEST_NODE) {
    throw new InstallError(
      `Node ${process.versions.node} is too old to install with. Use Node ${OLDEST_NODE} or newer; the pinned one is then installed here.`,
    );
  }
  const node = pinnedNode(root);
  if (isStamped(root)) return { installed: false, node };
  const release = await acquireLock(root, report);
  try {
    if (isStamped(root)) return { installed: false, node };
    if (matchesLockfile(root)) {
      writeStamp(root);
      return { installed: false, node };
    }
    report("\n== Installing dependencies, once ==\n");
    await runNpmInstall(root);
    if (!existsSync(node)) {
      throw new InstallError(
        `npm finished, but ${node} is missing. Allow the install script of the package "node" (npm config get ignore-scripts must be false), then run again.`,
      );
    }
    if (!matchesLockfile(root)) {
      throw new InstallError(
        "What npm installed is not what package-lock.json names. Run `npm install` and look at what it changes in package-lock.json.",
      );
    }
    writeStamp(root);
    report("== Installed ==\n");
    return { installed: true, node };
  } finally {
    release();
  }
}

/** @param {string} root */
function stampPath(root) {
  return join(root, "node_modules", ".latchkey-install");
}

/** The lockfile's hash, with the platform: node_modules holds binaries. @param {string} root */
function expectedStamp(root) {
  let lockfile;
  try {
    lockfile = readFileSync(join(root, "package-lock.json"));
  } catch (cause) {
    throw new InstallError(
      `${join(root, "package-lock.json")} cannot be read. Restore it with \`git checkout package-lock.json\`.`,
      { cause },
    );
  }
  const hash = createHash("sha256").update(lockfile).digest("hex");
  return `${hash} ${process.platform}-${process.arch}\n`;
}

/** @param {string} root */
function isStamped(root) {
  const expected = expectedStamp(root);
  const path = stampPath(root);
  if (!existsSync(pinnedNode(root)) || !existsSync(path)) return false;
  return readFileSync(path, "utf8") === expected;
}

/** @param {string} root */
function writeStamp(root) {
  writeFileSync(stampPath(root), expectedStamp(root));
}

/**
 * Tells whether npm's own record of what it installed agrees with the lockfile, in every version
 * and integrity hash. Somebody who ran `npm install` by hand needs no second installation.
 *
 * @param {string} root
 */
function matchesLockfile(root) {
  if (!existsSync(pinnedNode(root))) return false;
  const wanted = readPackages(join(root, "package-lock.json"));
  const present = readPackages(join(root, "node_modules", ".package-lock.json"));
  if (wanted === undefined || present === undefined) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes("node_modules/")) continue;
    const found = present[path];
    if (found === undefined) {
      if (entry.optional !== true) return false;
    } else if (
      found.link !== entry.link ||
      found.version !== entry.version ||
      found.integrity !== entry.integrity ||
      !existsSync(join(root, path))
    ) {
      return false;
    }
  }
  return true;
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, integrity?: string, link?: boolean, optional?: boolean }> | undefined}
 */
function readPackages(path) {
  try {
    const packages = JSON.parse(readFileSync(path, "utf8")).packages;
    return typeof packages === "object" && packages !== null ? packages : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Installs what the lockfile names and leaves the lockfile as it is.
 *
 * Not `npm ci`: it refuses a lockfile made against a registry that lacks the binaries of other
 * platforms (https://github.com/npm/cli/issues/9846). Its other promise, that exactly the locked
 * packages are there, is what `matchesLockfile` checks afterwards.
 *
 * @param {string} root @returns {Promise<void>}
 */
function runNpmInstall(root) {
  // npm may replace the pinned Node, so it must not run on it; and a machine with
  // NODE_ENV=production would leave out the pinned Node, a development dependency.
  const modules = join(root, "node_modules");
  const path = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((entry) => !resolve(entry).startsWith(modules))
    .join(delimiter);
  const args = ["install", "--no-save", "--include=dev", "--no-audit", "--no-fund"];
  return new Promise((done, fail) => {
    const child = spawn("npm", [...args, "--loglevel=error"], {
      cwd: root,
      env: { ...process.env, PATH: path },
      // Standard output is kept for the command that follows: `npm start -- --json` prints JSON.
      stdio: ["ignore", 2, 2],
    });
    child.on("error", (cause) => {
      fail(
        new InstallError(
          `npm could not be started (${cause.message}). Install Node with npm, then run again.`,
          { cause },
        ),
      );
    });
    child.on("exit", (code, signal) => {
      if (code === 0) done();
      else {
        fail(
          new InstallError(
            `npm install failed (${signal ?? `exit code ${code}`}); its output is above. Check the network and the registry (npm config get registry), then run again.`,
          ),
        );
      }
    });
  });
}

/**
 * @param {string} root
 * @param {(line: string) => void} report
 * @returns {Promise<() => void>} releases the lock
 */
async function acquireLock(root, report) {
  // Not inside node_modules: that may be deleted.
  const folder = join(root, ".cache");
  const path = join(folder, "install.lock");
  mkdirSync(folder, { recursive: true });
  let isWaiting = false;
  while (!makeDirectory(path)) {
    if (!isWaiting) report("Another process is installing here; waiting for it.");
    isWaiting = true;
    removeStaleLock(path);
    await new Promise((wake) => setTimeout(wake, LOCK_POLL_INTERVAL));
  }
  const touch = setInterval(() => {
    const now = new Date();
    if (existsSync(path)) utimesSync(path, now, now);
  }, LOCK_TOUCH_INTERVAL);
  const release = () => {
    clearInterval(touch);
    rmSync(path, { recursive: true, force: true });
  };
  return release;
}

/** @param {string} path @returns {boolean} whether this process made it */
function makeDirectory(path) {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw new InstallError(
      `${path} cannot be created. Give this user write access to the workspace, then run again.`,
      { cause: error },
    );
  }
}

/** @param {string} path */
function removeStaleLock(path) {
  if (!isStale(path)) return;
  // Renaming is atomic, so of two waiters one takes the stale lock away. The one that finds it
  // took a fresh lock instead (made in between) puts it back.
  const taken = `${path}.${randomUUID()}`;
  try {
    renameSync(path, taken);
  } catch {
    return;
  }
  if (isStale(taken) || existsSync(path)) rmSync(taken, { recursive: true, force: true });
  else renameSync(taken, path);
}

/** @param {string} path */
function isStale(path) {
  try {
    return Date.now() - statSync(path).mtimeMs > STALE_LOCK_AGE;
  } catch {
    return false;
  }
}
