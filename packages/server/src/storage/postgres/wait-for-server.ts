// Waits for a server that is not there yet: started a moment later than its node, or restarted with
// it. What waiting cannot mend (a wrong password, a missing database, a certificate) fails at once.

import { setTimeout as pause } from "node:timers/promises";
import { DatabaseError } from "../database.ts";
import { failureOf, sqlState } from "./failure.ts";

/** Milliseconds between two attempts. */
export const WAIT_INTERVAL = 500;

/** Milliseconds between two reports that the server is still away. */
export const WAIT_REPORT_INTERVAL = 3_000;

/** How long to wait, and who hears of it. */
export interface Waiting {
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Told at once, and then every few seconds. */
  readonly onWait: (error: DatabaseError) => void;
}

/**
 * Tries until it succeeds.
 *
 * @throws DatabaseError database_unavailable when waiting is of no use, or was ended
 */
export async function waitForServer(attempt: () => Promise<void>, waiting: Waiting): Promise<void> {
  let reportedAt = Number.NEGATIVE_INFINITY;
  while (!waiting.signal.aborted) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (!isAway(error)) throw failureOf(error);
      if (performance.now() - reportedAt >= WAIT_REPORT_INTERVAL) {
        reportedAt = performance.now();
        waiting.onWait(failureOf(error));
      }
    }
    await pause(WAIT_INTERVAL, undefined, { signal: waiting.signal }).catch(() => undefined);
  }
  throw new DatabaseError("database_unavailable", "the waiting for the database was ended");
}

const AWAY: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
]);

/** Tells whether the server may be there in a moment. */
export function isAway(error: unknown): boolean {
  const state = sqlState(error);
  // Connection exceptions, too many connections, shutting down, starting up.
  if (state !== undefined) return /^(?:08|53300|57P0[123])/.test(state);
  if (!(error instanceof Error)) return false;
  // Several addresses were tried.
  if (error instanceof AggregateError) return error.errors.every(isAway);
  return AWAY.has(Reflect.get(error, "code")) || /timeout|terminated/i.test(error.message);
}
