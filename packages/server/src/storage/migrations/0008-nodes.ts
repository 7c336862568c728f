// Leases: which of many nodes does what only one should do at a time.

import type { Migration } from "./migration.ts";

export const nodes: Migration = {
  number: 8,
  name: "nodes",
  sqlite: [
    `create table leases (
      name text primary key,
      holder text not null,
      fence integer not null,
      expires_at integer not null
    ) strict, without rowid`,
  ],
  postgres: [
    `create table leases (
      name text collate "C" primary key,
      holder text collate "C" not null,
      fence bigint not null,
      expires_at bigint not null
    )`,
  ],
};
