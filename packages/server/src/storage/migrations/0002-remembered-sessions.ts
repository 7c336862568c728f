// Sessions that end with the browser, and an index for the deletion of old refresh keys: is any
// session left from before a key was replaced? There is no index on the last advance, which the
// sweeper could use: every renewal would have to write it.

import type { Migration } from "./migration.ts";

export const rememberedSessions: Migration = {
  number: 2,
  name: "remembered-sessions",
  sqlite: [
    `alter table sessions add column remembered integer not null default 1`,
    `create index sessions_by_creation on sessions (created_at)`,
  ],
  postgres: [
    `alter table sessions add column remembered integer not null default 1`,
    `create index sessions_by_creation on sessions (created_at)`,
  ],
};
