// Counts renewals by what they came to, for the dashboard.

import { Refusal } from "../http/refusal.ts";
import type { Statistics } from "../observability/statistics.ts";
import type { Sessions } from "./session-service.ts";

/** The same sessions, whose renewals are counted: `rotated`, `kept`, or the code of a refusal. */
export function countRenewals(sessions: Sessions, statistics: Pick<Statistics, "count">): Sessions {
  return {
    ...sessions,
    renew: async (input) => {
      try {
        const renewal = await sessions.renew(input);
        statistics.count("renewals", renewal.refresh === null ? "kept" : "rotated");
        return renewal;
      } catch (error) {
        statistics.count("renewals", error instanceof Refusal ? error.code : "internal");
        throw error;
      }
    },
  };
}
