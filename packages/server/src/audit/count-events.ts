// Counts audit events as they commit, for the dashboard. It looks at the writes themselves, so no
// feature can forget to count, and what was rolled back is not counted.

import type { Statistics } from "../observability/statistics.ts";
import type { Database } from "../storage/database.ts";

/** The same store, whose audit events are counted as `<kind> <outcome>`. */
export function countEvents(database: Database, statistics: Pick<Statistics, "count">): Database {
  return {
    ...database,
    dialect: database.dialect,
    query: database.query,
    read: (query) => database.read(query),
    write: async (steps) => {
      const outcome = await database.write(steps);
      if (outcome.committed) {
        for (const { event } of steps) {
          if (event !== undefined) statistics.count("events", `${event.kind} ${event.outcome}`);
        }
      }
      return outcome;
    },
    close: () => database.close(),
  };
}
