// Lets hashing give way. One password hash keeps a core busy for some 20 ms without a pause, and where
// cores are few the threads that answer requests would wait for it, again and again in each
// renewal. On Linux every thread has a priority of its own; elsewhere nothing changes.

import { readdirSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";

/**
 * Niceness of threads that hash: behind the server's own requests at once, and still a quarter of a
 * core beside another program that wants all of it. A higher one would let such a program starve
 * every sign-in.
 */
export const HASHING_NICENESS = 5;

const THREADS = "/proc/self/task";

/**
 * Gives the threads of libuv's pool {@link HASHING_NICENESS}. They exist once something was hashed.
 *
 * @returns how many threads give way now
 */
export function lowerHashingPriority(): number {
  let count = 0;
  try {
    for (const thread of readdirSync(THREADS)) {
      if (!readFileSync(`${THREADS}/${thread}/comm`, "utf8").startsWith("libuv-worker")) continue;
      setPriority(Number(thread), HASHING_NICENESS);
      count += 1;
    }
  } catch {
    // Not Linux, or a container without /proc: hashing competes, as it does everywhere else.
  }
  return count;
}
