// Remembers which one-time tokens were used, until they expire. When it is full it refuses: a store
// that forgets to make room would let a token be used twice (attack I8, L).

import { createHash } from "node:crypto";
import { HandleTable, NAME_WORDS, toWords } from "./handle-table.ts";
import { SWEEP_STEP } from "./limits.ts";

/** Where used tokens are remembered. One of your own serves several processes. */
export interface OnceStore {
  /**
   * Marks a token as used.
   *
   * @param id - stands for the token; 22 characters
   * @param expiresAt - until when it must be remembered, in seconds since 1970
   * @param now - in seconds since 1970
   * @returns true the first time, false ever after. To throw means: it cannot tell, so refuse.
   */
  spend(id: string, expiresAt: number, now: number): boolean | Promise<boolean>;
}

/** Thrown when a store has no room for one more token. */
export class OnceStoreFull extends Error {
  override readonly name = "OnceStoreFull";
}

/** A store in the memory of this process, for `size` tokens at once. */
export function createOnceStore(size: number): OnceStore {
  const table = new HandleTable();
  return {
    spend(id, expiresAt, now) {
      const name = createHash("sha256")
        .update(id)
        .digest()
        .subarray(0, NAME_WORDS * 4);
      const words = toWords([name]);
      if (table.expiryOf(words, 0) > now) return false;
      if (table.size >= size) table.sweep(now, Math.max(SWEEP_STEP, size * 4));
      if (table.size >= size) throw new OnceStoreFull(`more than ${size} one-time tokens at once`);
      table.set(words, 0, expiresAt);
      return true;
    },
  };
}
