// The first schema: accounts, roles, sessions, keys, the ledger, one-time codes, the audit log.

import type { Migration } from "./migration.ts";

export const first: Migration = {
  number: 1,
  name: "first",
  sqlite: [
    `create table users (
      id text primary key,
      email text not null unique,
      email_verified integer not null default 0,
      username text unique,
      name text,
      password_hash text,
      handle text not null,
      disabled_at integer,
      created_at integer not null,
      updated_at integer not null
    ) strict, without rowid`,
    `create index users_by_creation on users (created_at, id)`,
    `create table roles (
      id text primary key,
      name text not null unique,
      description text,
      handle text not null,
      created_at integer not null
    ) strict, without rowid`,
    `create table role_permissions (
      role_id text not null references roles (id) on delete cascade,
      permission text not null,
      primary key (role_id, permission)
    ) strict, without rowid`,
    `create table user_roles (
      user_id text not null references users (id) on delete cascade,
      role_id text not null references roles (id) on delete cascade,
      primary key (user_id, role_id)
    ) strict, without rowid`,
    `create index user_roles_by_role on user_roles (role_id)`,
    `create table sessions (
      id text primary key,
      user_id text not null references users (id) on delete cascade,
      client_id text not null,
      transport text not null check (transport in ('body', 'cookie')),
      generation integer not null,
      nonce blob not null check (length(nonce) = 16),
      refresh_key_id integer not null check (refresh_key_id between 0 and 255),
      attempt_key_hash blob,
      advanced_at integer not null,
      contested_generation integer,
      contested_streak integer not null default 0,
      auth_time_at integer not null,
      amr text not null,
      created_at integer not null,
      last_seen_at integer not null,
      ends_at integer,
      user_agent text,
      address text,
      ended_at integer,
      end_reason text
    ) strict, without rowid`,
    `create index sessions_by_user on sessions (user_id, created_at)`,
    `create index sessions_by_end on sessions (ended_at) where ended_at is not null`,
    `create table keys (
      id text not null,
      purpose text not null check (purpose in ('signing', 'feed', 'refresh')),
      alg text not null,
      kek_id text not null,
      sealed blob not null,
      created_at integer not null,
      active_at integer not null,
      retired_at integer,
      primary key (purpose, id)
    ) strict, without rowid`,
    `create table ledger_head (
      id integer primary key check (id = 1),
      ledger_id text not null,
      n integer not null,
      hash blob not null
    ) strict`,
    `create table ledger (
      n integer primary key,
      handle blob not null check (length(handle) = 16),
      expires_at integer not null,
      hash blob not null
    ) strict`,
    `create index ledger_by_expiry on ledger (expires_at)`,
    `create index ledger_by_handle on ledger (handle)`,
    `create table one_time_codes (
      code_hash blob primary key,
      purpose text not null,
      user_id text references users (id) on delete cascade,
      expires_at integer not null,
      used_at integer
    ) strict, without rowid`,
    `create index one_time_codes_by_expiry on one_time_codes (expires_at)`,
    `create table audit_events (
      n integer primary key autoincrement,
      id text not null unique,
      at integer not null,
      kind text not null,
      outcome text not null check (outcome in ('success', 'failure')),
      actor_id text,
      user_id text,
      session_id text,
      address text,
      user_agent text,
      detail text not null default '{}'
    ) strict`,
    `create index audit_events_by_user on audit_events (user_id, n)`,
  ],
};
