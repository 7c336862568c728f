// Leases: which of many nodes does what only one should do at a time. And the mark of a database that
// is being moved into, or that was moved away: no server runs on either.

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
    `create table moving (
      id integer primary key check (id = 1),
      state text not null check (state in ('arriving', 'left')),
      ledger_id text not null,
      at integer not null
    ) strict`,
  ],
  postgres: [
    `create table leases (
      name text collate "C" primary key,
      holder text collate "C" not null,
      fence bigint not null,
      expires_at bigint not null
    )`,
    `create table moving (
      id integer primary key check (id = 1),
      state text collate "C" not null check (state in ('arriving', 'left')),
      ledger_id text collate "C" not null,
      at bigint not null
    )`,
  ],
};
