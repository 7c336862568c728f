// Deletes what has expired, now and then. Each deletion is bounded and a step of its own, so the
// store is never held for long; and a sweeper never keeps a process alive.

import { SWEEP_EVENTS, sweepAudit } from "./audit/sweep-audit.ts";
import { SWEEP_SPENT, sweepSpentTokens } from "./clients/spend.ts";
import { SWEEP_LIMITS, sweepLimits } from "./guessing/sweep-limits.ts";
import { sweepCodes } from "./codes/sweep-codes.ts";
import { SWEEP_ACCOUNTS, sweepDeletions } from "./accounts/deletion/sweep-deletions.ts";
import type { ChangeContext } from "./authorization/change-roles.ts";
import type { KeyRing } from "./keys/key-ring.ts";
import type { Logger } from "./observability/logger.ts";
import { SWEEP_ENTRIES, sweepLedger } from "./revocation/sweep.ts";
import type { SessionPolicy } from "./sessions/lifetimes.ts";
import {
  SWEEP_SESSIONS,
  sweepEndedSessions,
  sweepExpiredSessions,
} from "./sessions/sweep-sessions.ts";
import { sweepSignIns } from "./sign-in/sweep-sign-ins.ts";
import type { Database } from "./storage/database.ts";
import { createLeases, type Lease } from "./storage/leases.ts";

/** Milliseconds between two sweeps. */
export const SWEEP_INTERVAL = 60_000;

/** Milliseconds that a node is the one that sweeps. */
export const SWEEP_LEASE: number = 2 * SWEEP_INTERVAL;

/** Bounded deletions of one kind in one sweep, at most. */
export const SWEEP_ROUNDS = 20;

/** What a sweeper needs. */
export interface SweeperOptions {
  readonly database: Database;
  /** Milliseconds. */
  readonly clock: () => number;
  readonly policy: SessionPolicy;
  /** What deleting accounts is done with. */
  readonly changes: ChangeContext;
  /** Milliseconds that an audit event is kept. */
  readonly auditRetention: number;
  /** Deletes refresh keys that no session can need any more. */
  readonly keyRing: Pick<KeyRing, "deleteUnusedRefreshKeys">;
  readonly log: Logger;
}

/** A running sweeper. */
export interface Sweeper {
  /** Sweeps now, behind a sweep that is under way. */
  sweep(): Promise<void>;
  /** Waits for the sweep under way and ends. */
  stop(): Promise<void>;
}

/** Starts a sweeper. */
export function startSweeper(options: SweeperOptions): Sweeper {
  const { database, clock, policy, keyRing, log } = options;
  const leases = createLeases(database);
  let running = Promise.resolve();
  let lease: Lease | undefined;
  let nextSession = "";

  async function sweepAll(): Promise<void> {
    // One node is enough. It is asked for anew each time, so another takes over from one that is gone;
    // two that sweep at once do no harm.
    lease = await leases.acquire("sweeper", SWEEP_LEASE);
    if (lease === undefined) return;
    const now = clock();
    await repeat(() => sweepCodes(database, now));
    await repeat(() => sweepSignIns(database, now));
    await repeat(async () => (await sweepEndedSessions(database, policy)) === SWEEP_SESSIONS);
    await repeat(async () => {
      nextSession = await sweepExpiredSessions(database, { after: nextSession, policy });
      return nextSession !== "";
    });
    await keyRing.deleteUnusedRefreshKeys();
    await repeat(async () => (await sweepLedger(database, { now })) === SWEEP_ENTRIES);
    await repeat(async () => (await sweepSpentTokens(database, now)) === SWEEP_SPENT);
    await repeat(async () => (await sweepLimits(database, now)) === SWEEP_LIMITS);
    await repeat(async () => (await sweepDeletions(options.changes, now)) === SWEEP_ACCOUNTS);
    const oldest = now - options.auditRetention;
    await repeat(async () => (await sweepAudit(database, oldest)) === SWEEP_EVENTS);
  }

  function sweep(): Promise<void> {
    // One after the other: a slow store is not asked twice at once.
    running = running
      .then(sweepAll)
      .catch((error: unknown) => log.warn({ err: error }, "sweep failed"));
    return running;
  }

  const timer = setInterval(() => void sweep(), SWEEP_INTERVAL);
  timer.unref();
  return {
    sweep,
    stop: async () => {
      clearInterval(timer);
      await running;
      // Another node need not wait for its end; a store that is away by now ends it by itself.
      if (lease !== undefined) await leases.release(lease).catch(() => undefined);
    },
  };
}

/** Repeats a bounded deletion while there may be more, up to its own bound. */
async function repeat(mayHaveMore: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < SWEEP_ROUNDS; round++) {
    if (!(await mayHaveMore())) return;
  }
}
