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
  postgres: [
    `create function latchkey_now() returns bigint language sql stable parallel safe
      return floor(extract(epoch from transaction_timestamp()) * 1000)::bigint`,
    // The same clock, not standing still while a write waits for a lock.
    `create function latchkey_clock() returns bigint language sql volatile
      return floor(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    `create function latchkey_sha256(a bytea, b bytea) returns bytea
      language sql immutable parallel safe return sha256(a || b)`,
    // SQLite's name for it, as a JSON array of texts; '[]' for no rows.
    `create aggregate json_group_array(text)
      (sfunc = array_append, stype = text[], initcond = '{}', finalfunc = array_to_json)`,
    `create table users (
      id text collate "C" primary key,
      email text collate "C" not null unique,
      email_verified integer not null default 0,
      username text collate "C" unique,
      name text collate "C",
      password_hash text collate "C",
      handle text collate "C" not null,
      disabled_at bigint,
      created_at bigint not null,
      updated_at bigint not null
    )`,
    `create index users_by_creation on users (created_at, id)`,
    `create table roles (
      id text collate "C" primary key,
      name text collate "C" not null unique,
      description text collate "C",
      handle text collate "C" not null,
      created_at bigint not null
    )`,
    `create table role_permissions (
      role_id text collate "C" not null references roles (id) on delete cascade,
      permission text collate "C" not null,
      primary key (role_id, permission)
    )`,
    `create table user_roles (
      user_id text collate "C" not null references users (id) on delete cascade,
      role_id text collate "C" not null references roles (id) on delete cascade,
      primary key (user_id, role_id)
    )`,
    `create index user_roles_by_role on user_roles (role_id)`,
    `create table sessions (
      id text collate "C" primary key,
      user_id text collate "C" not null references users (id) on delete cascade,
      client_id text collate "C" not null,
      transport text collate "C" not null check (transport in ('body', 'cookie')),
      generation bigint not null,
      nonce bytea not null check (octet_length(nonce) = 16),
      refresh_key_id integer not null check (refresh_key_id between 0 and 255),
      attempt_key_hash bytea,
      advanced_at bigint not null,
      contested_generation bigint,
      contested_streak integer not null default 0,
      auth_time_at bigint not null,
      amr text collate "C" not null,
      created_at bigint not null,
      last_seen_at bigint not null,
      ends_at bigint,
      user_agent text collate "C",
      address text collate "C",
      ended_at bigint,
      end_reason text collate "C"
    ) with (fillfactor = 70)`,
    `create index sessions_by_user on sessions (user_id, created_at)`,
    `create index sessions_by_end on sessions (ended_at) where ended_at is not null`,
    `create table keys (
      id text collate "C" not null,
      purpose text collate "C" not null check (purpose in ('signing', 'feed', 'refresh')),
      alg text collate "C" not null,
      kek_id text collate "C" not null,
      sealed bytea not null,
      created_at bigint not null,
      active_at bigint not null,
      retired_at bigint,
      primary key (purpose, id)
    )`,
    `create table ledger_head (
      id integer primary key check (id = 1),
      ledger_id text collate "C" not null,
      n bigint not null,
      hash bytea not null
    )`,
    `create table ledger (
      n bigint primary key,
      handle bytea not null check (octet_length(handle) = 16),
      expires_at bigint not null,
      hash bytea not null
    )`,
    `create index ledger_by_expiry on ledger (expires_at)`,
    `create index ledger_by_handle on ledger (handle)`,
    `create table one_time_codes (
      code_hash bytea primary key,
      purpose text collate "C" not null,
      user_id text collate "C" references users (id) on delete cascade,
      expires_at bigint not null,
      used_at bigint
    )`,
    `create index one_time_codes_by_expiry on one_time_codes (expires_at)`,
    `create table audit_events (
      n bigint generated by default as identity primary key,
      id text collate "C" not null unique,
      at bigint not null,
      kind text collate "C" not null,
      outcome text collate "C" not null check (outcome in ('success', 'failure')),
      actor_id text collate "C",
      user_id text collate "C",
      session_id text collate "C",
      address text collate "C",
      user_agent text collate "C",
      detail text collate "C" not null default '{}'
    )`,
    `create index audit_events_by_user on audit_events (user_id, n)`,
  ],
};
