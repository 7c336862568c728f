// Runs a tool from node_modules/.bin with the pinned Node first on PATH.

import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const repository = fileURLToPath(new URL("..", import.meta.url));

const bin = join(repository, "node_modules", ".bin");

/**
 * Runs a command to its end with our terminal.
 * @param {readonly string[]} command
 * @returns {boolean} whether it succeeded
 */
export function run(command) {
  const [file = "", ...args] = command;
  const result = spawnSync(join(bin, file), args, {
    cwd: repository,
    stdio: "inherit",
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` },
  });
  if (result.error !== undefined) process.stderr.write(`${file}: ${result.error.message}\n`);
  return result.status === 0;
}
