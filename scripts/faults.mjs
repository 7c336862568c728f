// @ts-check
// `npm run test:faults`: what is too long for `npm test`, in parts, each within a time of its own:
//   faults    the fault tests in their long form
//   versions  the store and the suites of `npm test` that touch it most, on every PostgreSQL from 14 on
//             that is here or on npm
//   pooler    the same behind PgBouncer (apt-get install pgbouncer)
// Names of parts run only those; any other argument goes to vitest. LATCHKEY_FAULT_SEED repeats a run.

import { existsSync, readdirSync } from "node:fs";
import { ensureInstalled } from "./install.mjs";
import { ensurePostgresVersions } from "./postgres-versions.mjs";
import { runFor } from "./run-for.mjs";

/** Minutes that one run of vitest may take: some times what it takes on two idle cores. */
const FAULT_MINUTES = 45;
const SUITE_MINUTES = 12;

const STORE_TESTS = [
  "packages/server/src/storage",
  "packages/server/test/move",
  "packages/server/test/restore-postgres",
  "packages/server/test/round-trips",
];

const DEBIAN_SERVERS = "/usr/lib/postgresql";
const POOLER = process.env["TEST_PGBOUNCER"] ?? "/usr/sbin/pgbouncer";

/** @type {Record<string, () => boolean>} */
const parts = { faults, versions, pooler };

await ensureInstalled();
const given = process.argv.slice(2);
const named = given.filter((argument) => Object.hasOwn(parts, argument));
const options = given.filter((argument) => !Object.hasOwn(parts, argument));
const started = Date.now();
/** @type {string[]} */
const report = [];
let isGreen = true;
for (const name of named.length === 0 ? Object.keys(parts) : named) {
  isGreen = (parts[name]?.() ?? false) && isGreen;
}
process.stdout.write(`\n${report.join("\n")}\n`);
process.exitCode = isGreen ? 0 : 1;

function faults() {
  return vitest("faults, long form", FAULT_MINUTES, {
    // One file at a time: what they measure is patience, and each starts several processes.
    args: ["--project", "e2e", "--no-file-parallelism", "e2e/faults"],
    env: { LATCHKEY_FAULTS: "long" },
  });
}

function versions() {
  const fetched = ensurePostgresVersions();
  const wanted = [
    ...fetched.filter(({ isHere }) => isHere).map(({ major }) => `npm-${major}`),
    ...debianVersions().map((major) => `debian-${major}`),
  ];
  for (const { major, isHere } of fetched) {
    if (!isHere) note(`PostgreSQL ${major}: not run, npm has not given it`);
  }
  return wanted.map((version) => suites(`PostgreSQL ${version}`, version, {})).every(Boolean);
}

function pooler() {
  if (!existsSync(POOLER)) {
    note("PgBouncer: not run, it is not here");
    return true;
  }
  return suites("PgBouncer", undefined, { TEST_POOLER: "1" });
}

/**
 * The store, and the suites that run on PostgreSQL in `npm test`.
 *
 * @param {string} title @param {string | undefined} version @param {Record<string, string>} env
 */
function suites(title, version, env) {
  const environment = { ...env, ...(version === undefined ? {} : { TEST_POSTGRES: version }) };
  const runs = [
    ["store", "--project", "unit", ...STORE_TESTS],
    ["suites", "--project", "postgres", "packages/server"],
  ];
  return runs
    .map(([what, ...args]) =>
      vitest(`${title}, ${what}`, SUITE_MINUTES, { args, env: environment }),
    )
    .every(Boolean);
}

function debianVersions() {
  if (!existsSync(DEBIAN_SERVERS)) return [];
  return readdirSync(DEBIAN_SERVERS).filter((name) => /^\d+$/.test(name));
}

/**
 * @param {string} title
 * @param {number} minutes
 * @param {{ args: readonly string[], env: Record<string, string> }} run
 */
function vitest(title, minutes, { args, env }) {
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stdout.write(`\n== [${seconds} s] ${title}, ${minutes} minutes at most\n`);
  const isPassed = runFor(minutes * 60_000, "vitest", ["run", ...args, ...options], { env });
  const took = Math.round((Date.now() - started) / 1000) - seconds;
  note(`${title}: ${isPassed ? "passed" : "FAILED"} in ${took} s`);
  return isPassed;
}

/** @param {string} line */
function note(line) {
  report.push(line);
}
