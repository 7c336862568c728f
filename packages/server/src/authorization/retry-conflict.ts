// Administrative changes read, decide and write under the condition that what was read still
// holds. When it does not, somebody was faster: read and decide again, a few times.

import { WriteConflict } from "../storage/write.ts";

/** Times that a decision is taken before the caller is told to come back. */
export const MAX_DECISIONS = 4;

/**
 * Decides and writes, and does both again when the write found other rows than the decision.
 *
 * @throws WriteConflict when it stays so, or at once for a value that is taken
 */
export async function retryConflict<Result>(decide: () => Promise<Result>): Promise<Result> {
  for (let decisions = 1; ; decisions++) {
    try {
      return await decide();
    } catch (error) {
      // A row that is not what it was, or that is gone.
      const isRace = error instanceof WriteConflict && error.outcome.reason !== "unique";
      if (!isRace || decisions >= MAX_DECISIONS) throw error;
    }
  }
}
