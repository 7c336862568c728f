// The driver `pg`, loaded when PostgreSQL is first asked for: most servers start on the embedded
// store and need none of it.

import type * as Driver from "pg";

/** Loads the driver. @throws as a missing or broken package does */
export function loadDriver(): Promise<typeof Driver> {
  return import("pg");
}
