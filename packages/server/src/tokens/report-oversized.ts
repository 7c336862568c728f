// Tells the administrator of tokens that had to be made smaller: in the log and, now and then for
// each user, in the audit log. Issuing waits for neither.

import { auditEvent } from "../audit/audit-event.ts";
import { createRateLimiter, type RateLimit } from "../http/rate-limit.ts";
import type { Logger } from "../observability/logger.ts";
import type { Database } from "../storage/database.ts";
import { writeAll } from "../storage/write.ts";
import type { OversizedToken } from "./access-token.ts";

/** Events of one user: a token is issued every few minutes, and one event says it all. */
const REPORTS: RateLimit = { attempts: 1, per: 3600 };

/** Creates the listener. */
export function createOversizedReport(options: {
  readonly database: Database;
  readonly log: Logger;
  /** Milliseconds. */
  readonly clock: () => number;
}): (token: OversizedToken) => void {
  const { database, log, clock } = options;
  const reports = createRateLimiter(REPORTS);
  return ({ userId, dropped, length }) => {
    const now = clock();
    try {
      reports.count(userId, now);
    } catch {
      return;
    }
    log.error({ userId, dropped, length }, "an access token is too large and was made smaller");
    writeAll(database, [
      auditEvent(database, {
        kind: "token.too_large",
        outcome: "failure",
        actorId: null,
        userId,
        detail: { dropped, length },
        now,
      }),
    ]).catch((error: unknown) => log.error({ err: error }, "an event could not be recorded"));
  };
}
