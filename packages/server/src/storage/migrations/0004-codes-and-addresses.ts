// One-time codes that are mailed, and sign-ups that wait for the proof of their address.

import type { Migration } from "./migration.ts";

export const codesAndAddresses: Migration = {
  number: 4,
  name: "codes-and-addresses",
  sqlite: [
    `create table codes (
      id text primary key,
      purpose text not null,
      owner text not null,
      address text not null,
      user_id text references users (id) on delete cascade,
      bound_to text,
      session_id text,
      token_hash blob not null unique check (length(token_hash) = 32),
      code_hash blob check (length(code_hash) = 32),
      key_id integer not null,
      attempts integer not null,
      created_at integer not null,
      expires_at integer not null,
      unique (purpose, owner)
    ) strict, without rowid`,
    `create index codes_by_user on codes (user_id) where user_id is not null`,
    `create index codes_by_address on codes (address)`,
    `create index codes_by_expiry on codes (expires_at)`,
    `create table sign_ups (
      id text primary key,
      secret_hash blob not null unique check (length(secret_hash) = 32),
      email text not null,
      username text,
      name text,
      password_hash text,
      created_at integer not null,
      expires_at integer not null
    ) strict, without rowid`,
    `create index sign_ups_by_email on sign_ups (email, created_at)`,
    `create index sign_ups_by_expiry on sign_ups (expires_at)`,
  ],
  postgres: [
    `create table codes (
      id text collate "C" primary key,
      purpose text collate "C" not null,
      owner text collate "C" not null,
      address text collate "C" not null,
      user_id text collate "C" references users (id) on delete cascade,
      bound_to text collate "C",
      session_id text collate "C",
      token_hash bytea not null unique check (octet_length(token_hash) = 32),
      code_hash bytea check (octet_length(code_hash) = 32),
      key_id integer not null,
      attempts integer not null,
      created_at bigint not null,
      expires_at bigint not null,
      unique (purpose, owner)
    )`,
    `create index codes_by_user on codes (user_id) where user_id is not null`,
    `create index codes_by_address on codes (address)`,
    `create index codes_by_expiry on codes (expires_at)`,
    `create table sign_ups (
      id text collate "C" primary key,
      secret_hash bytea not null unique check (octet_length(secret_hash) = 32),
      email text collate "C" not null,
      username text collate "C",
      name text collate "C",
      password_hash text collate "C",
      created_at bigint not null,
      expires_at bigint not null
    )`,
    `create index sign_ups_by_email on sign_ups (email, created_at)`,
    `create index sign_ups_by_expiry on sign_ups (expires_at)`,
  ],
};
