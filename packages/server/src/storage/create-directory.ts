// Creates a directory and those above it, one by one. Apart because Node's own `recursive` option
// never returns where a parent exists and takes no directories, such as /proc: it answers ENOENT
// there, and Node goes on making the parent that it already has.

import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Creates a directory where it is missing, and what is missing above it.
 *
 * @returns the highest directory that was made; undefined when there was nothing to make
 * @throws the error of the first directory that cannot be made
 */
export function createDirectory(directory: string, mode: number): string | undefined {
  const missing: string[] = [];
  for (let path = resolve(directory); !existsSync(path); path = dirname(path)) missing.push(path);
  const made = missing.toReversed().filter((path) => makeOne(path, mode));
  return made[0];
}

/** False when somebody else made it in this moment. */
function makeOne(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    // A dangling link has a name and is no directory.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return false;
    throw error;
  }
}
