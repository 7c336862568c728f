// Keeps compiled code between starts: taking types out of sources and compiling is half of a start. Node
// runs what it finds in such a cache without asking whose it is, so it lies where only this user can
// write, and never in the machine's temporary directory, whose names are anybody's to take.

import { existsSync, mkdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { constants, enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";

/** Anybody else may write. */
const WRITABLE_BY_OTHERS = 0o022;

/** Only owners rename and remove what is in it, as in /tmp. */
const STICKY = 0o1000;

/**
 * Turns the compile cache on, for this thread and those that follow. Silent when it cannot: the start
 * then takes longer. `NODE_COMPILE_CACHE` names another place, `NODE_DISABLE_COMPILE_CACHE=1` none.
 *
 * @param environment - gets `NODE_COMPILE_CACHE`, which is how Node tells its threads
 * @returns the directory, or undefined when there is none of ours
 */
export function keepCompiledCode(environment: NodeJS.ProcessEnv): string | undefined {
  const { NODE_COMPILE_CACHE: other, NODE_DISABLE_COMPILE_CACHE: isOff } = environment;
  if (other !== undefined || isOff === "1") return undefined;
  const wanted = cacheDirectory(environment);
  const directory = wanted === undefined ? undefined : claim(wanted);
  if (directory === undefined) return undefined;
  const { status } = enableCompileCache(directory);
  if (status !== constants.compileCacheStatus.ENABLED) return undefined;
  environment["NODE_COMPILE_CACHE"] = directory;
  return directory;
}

// XDG Base Directory Specification: a path that is not absolute counts as none.
function cacheDirectory(environment: NodeJS.ProcessEnv): string | undefined {
  const named = environment["XDG_CACHE_HOME"] ?? "";
  const home = homedir();
  if (isAbsolute(named)) return join(named, "latchkey", "compiled");
  return isAbsolute(home) ? join(home, ".cache", "latchkey", "compiled") : undefined;
}

/**
 * Makes the directory where it is missing; its real path when nobody else can change what is in it,
 * or put another one in its place. Else nothing is made: with `sudo` the home may be somebody else's.
 */
function claim(directory: string): string | undefined {
  try {
    let present = directory;
    while (!existsSync(present)) present = dirname(present);
    if (present !== directory && !isGuardedFrom(realpathSync(present), true)) return undefined;
    makeDirectory(directory);
    const real = realpathSync(directory);
    return isGuardedFrom(real, false) ? real : undefined;
  } catch {
    // No home, a read-only disk, no room, or another start that makes it in this moment.
    return undefined;
  }
}

/** Whether a directory and all above it are guarded; `isAbove`: it will hold the one that is used. */
function isGuardedFrom(path: string, isAbove: boolean): boolean {
  if (!isGuarded(statSync(path), { isAbove })) return false;
  return dirname(path) === path || isGuardedFrom(dirname(path), true);
}

// One by one: Node's `recursive` never returns below /proc, where making anything answers ENOENT.
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  mkdirSync(directory, { mode: 0o700 });
}

function isGuarded({ uid, mode }: Stats, { isAbove }: { isAbove: boolean }): boolean {
  const user = process.getuid?.();
  // Windows: a profile is its user's, and there are no such bits.
  if (user === undefined) return true;
  if (uid !== user && (uid !== 0 || !isAbove)) return false;
  return (mode & WRITABLE_BY_OTHERS) === 0 || (isAbove && (mode & STICKY) !== 0);
}
