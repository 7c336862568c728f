// Runs a write whose caller has nothing to decide when it fails: the outcome becomes an error.
// Apart from database.ts so that an engine implements two verbs and nothing else.

import type { Database, Step, StepResult, WriteOutcome } from "./database.ts";

/** Thrown when a write did not commit; nothing of it is visible. */
export class WriteConflict extends Error {
  override readonly name = "WriteConflict";
  readonly outcome: Extract<WriteOutcome, { committed: false }>;

  constructor(outcome: Extract<WriteOutcome, { committed: false }>) {
    super(
      `step ${outcome.failed} did not hold: ${[outcome.reason, ...outcome.constraint].join(" ")}`,
    );
    this.outcome = outcome;
  }
}

/**
 * Runs all steps in one transaction and answers their results.
 *
 * @throws WriteConflict when the write did not commit
 * @throws DatabaseError as {@link Database.write} does
 */
export async function writeAll(
  database: Database,
  steps: readonly Step[],
): Promise<readonly StepResult[]> {
  const outcome = await database.write(steps);
  if (!outcome.committed) throw new WriteConflict(outcome);
  return outcome.results;
}
