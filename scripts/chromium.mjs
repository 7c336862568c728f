// @ts-check
// Chromium for the tests that need a real browser: Debian's own package, since playwright-core
// brings none. Installed when it is missing and we may; else a message says what to do. The shell without
// windows comes first: the same engine for a third of the processor time.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Where the tests look for it; e2e/harness/browser.ts has the same list. */
const PLACES = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
];

/** Packages that bring one; older distributions lack the first. */
const PACKAGES = ["chromium-headless-shell", "chromium"];

/**
 * What a machine can do about Chromium.
 *
 * @typedef {object} Machine
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {(path: string) => boolean} exists
 * @property {() => boolean} isRoot
 * @property {(command: readonly string[]) => boolean} run runs a command; true when it succeeded
 */

/** @type {Machine} */
const thisMachine = {
  env: process.env,
  exists: existsSync,
  isRoot: () => process.getuid?.() === 0,
  run: ([file = "", ...args]) =>
    spawnSync(file, args, {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0,
};

/**
 * Installs Chromium when it is missing. Without it the browser tests fail, each with this remedy.
 *
 * @param {{ machine?: Machine, report?: (line: string) => void }} [options]
 * @returns {boolean} whether there is one now
 */
export function ensureChromium(options = {}) {
  const { machine = thisMachine } = options;
  const report = options.report ?? ((line) => void process.stderr.write(`${line}\n`));
  const named = machine.env["CHROMIUM"];
  const places = named === undefined || named === "" ? PLACES : [named];
  const isThere = () => places.some((path) => machine.exists(path));
  if (isThere()) return true;
  const remedy =
    "Install Chromium (Debian: apt-get install -y chromium-headless-shell, or chromium), or set CHROMIUM to its path.";
  if (places !== PLACES || !machine.exists("/usr/bin/apt-get") || !machine.isRoot()) {
    report(`There is no Chromium at ${places.join(" or ")}. ${remedy}`);
    return false;
  }
  report("\n== Installing Chromium, once ==\n");
  const install = () =>
    PACKAGES.some((name) =>
      machine.run(["apt-get", "install", "-y", "--no-install-recommends", name]),
    );
  // Lists can be too old for what the mirror has, or not there at all.
  const isDone = install() || (machine.run(["apt-get", "update"]) && install());
  if (isDone && isThere()) return true;
  report(`apt-get could not install Chromium. ${remedy}`);
  return false;
}
