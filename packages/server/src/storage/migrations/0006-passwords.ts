// Peppers that password hashes were made with, and how far imports of users are.

import type { Migration } from "./migration.ts";

export const passwords: Migration = {
  number: 6,
  name: "passwords",
  sqlite: [
    `create table password_peppers (
      id text primary key,
      check_value blob not null check (length(check_value) = 16),
      created_at integer not null
    ) strict, without rowid`,
    `create table user_imports (
      id text primary key,
      line integer not null,
      started_at integer not null,
      updated_at integer not null
    ) strict, without rowid`,
  ],
  postgres: [
    `create table password_peppers (
      id text collate "C" primary key,
      check_value bytea not null check (octet_length(check_value) = 16),
      created_at bigint not null
    )`,
    `create table user_imports (
      id text collate "C" primary key,
      line bigint not null,
      started_at bigint not null,
      updated_at bigint not null
    )`,
  ],
};
