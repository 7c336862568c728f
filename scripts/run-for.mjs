// @ts-check
// Runs a command that may not take for ever, with the pinned Node first on PATH. Apart from run.mjs,
// whose commands are the checks' and end by themselves.

import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { repository } from "./run.mjs";

const bin = join(repository, "node_modules", ".bin");

/**
 * Runs a command with our terminal; whether it succeeded in time.
 *
 * @param {number} timeout milliseconds
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 * @returns {boolean}
 */
export function runFor(timeout, file, args, options = {}) {
  const result = spawnSync(file, args, {
    cwd: options.cwd ?? repository,
    stdio: "inherit",
    env: {
      ...process.env,
      ...options.env,
      PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
    },
    timeout,
  });
  if (result.error !== undefined) process.stderr.write(`${file}: ${result.error.message}\n`);
  return result.status === 0;
}
