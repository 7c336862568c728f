// Clients that are APIs and services, tokens that were spent once and for all, signing keys that
// were taken back, and how long access tokens have lived: the ledger remembers for the longest.

import type { Migration } from "./migration.ts";

export const takingBack: Migration = {
  number: 3,
  name: "taking-back",
  sqlite: [
    `create table clients (
      id text primary key,
      kind text not null check (kind in ('guard', 'service')),
      name text not null,
      secret_hash blob not null check (length(secret_hash) = 32),
      handle text not null,
      audience text not null,
      created_at integer not null,
      secret_changed_at integer not null,
      suspended_at integer
    ) strict, without rowid`,
    `create table spent_tokens (
      jti text primary key,
      expires_at integer not null
    ) strict, without rowid`,
    `create index spent_tokens_by_expiry on spent_tokens (expires_at)`,
    `create table token_lifetimes (
      lifetime integer primary key,
      used_at integer not null
    ) strict`,
    `alter table keys add column revoked_at integer`,
  ],
  postgres: [
    `create table clients (
      id text collate "C" primary key,
      kind text collate "C" not null check (kind in ('guard', 'service')),
      name text collate "C" not null,
      secret_hash bytea not null check (octet_length(secret_hash) = 32),
      handle text collate "C" not null,
      audience text collate "C" not null,
      created_at bigint not null,
      secret_changed_at bigint not null,
      suspended_at bigint
    )`,
    `create table spent_tokens (
      jti text collate "C" primary key,
      expires_at bigint not null
    )`,
    `create index spent_tokens_by_expiry on spent_tokens (expires_at)`,
    `create table token_lifetimes (
      lifetime bigint primary key,
      used_at bigint not null
    )`,
    `alter table keys add column revoked_at bigint`,
  ],
};
