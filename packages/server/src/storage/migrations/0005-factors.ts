// Second factors and passkeys: authenticator seeds, recovery codes, passkeys and their ceremonies,
// sign-ins that wait for a second factor, and roles that demand one.

import type { Migration } from "./migration.ts";

export const factors: Migration = {
  number: 5,
  name: "factors",
  sqlite: [
    `alter table roles add column requires_mfa integer not null default 0`,
    `create table totp_seeds (
      user_id text not null references users (id) on delete cascade,
      pending integer not null check (pending in (0, 1)),
      kek_id text not null,
      sealed blob not null,
      last_step integer not null,
      created_at integer not null,
      confirmed_at integer,
      primary key (user_id, pending)
    ) strict, without rowid`,
    `create index totp_seeds_by_kek on totp_seeds (kek_id)`,
    `create table recovery_codes (
      user_id text not null references users (id) on delete cascade,
      code_hash blob not null check (length(code_hash) = 32),
      used_at integer,
      primary key (user_id, code_hash)
    ) strict, without rowid`,
    `create table passkeys (
      id text primary key,
      user_id text not null references users (id) on delete cascade,
      credential_id text not null unique,
      public_key blob not null,
      counter integer not null,
      transports text not null,
      name text not null,
      aaguid text not null,
      synced integer not null,
      created_at integer not null,
      last_used_at integer
    ) strict, without rowid`,
    `create index passkeys_by_user on passkeys (user_id, created_at)`,
    `create table passkey_ceremonies (
      challenge_hash blob primary key check (length(challenge_hash) = 32),
      purpose text not null,
      user_id text references users (id) on delete cascade,
      bound_to text,
      expires_at integer not null
    ) strict, without rowid`,
    `create index passkey_ceremonies_by_expiry on passkey_ceremonies (expires_at)`,
    `create table pending_sign_ins (
      token_hash blob primary key check (length(token_hash) = 32),
      user_id text not null references users (id) on delete cascade,
      bound_to text not null,
      amr text not null,
      transport text not null check (transport in ('body', 'cookie')),
      remembered integer not null,
      attempts integer not null default 0,
      expires_at integer not null
    ) strict, without rowid`,
    `create index pending_sign_ins_by_expiry on pending_sign_ins (expires_at)`,
  ],
  postgres: [
    `alter table roles add column requires_mfa bigint not null default 0`,
    `create table totp_seeds (
      user_id text collate "C" not null references users (id) on delete cascade,
      pending bigint not null check (pending in (0, 1)),
      kek_id text collate "C" not null,
      sealed bytea not null,
      last_step bigint not null,
      created_at bigint not null,
      confirmed_at bigint,
      primary key (user_id, pending)
    )`,
    `create index totp_seeds_by_kek on totp_seeds (kek_id)`,
    `create table recovery_codes (
      user_id text collate "C" not null references users (id) on delete cascade,
      code_hash bytea not null check (octet_length(code_hash) = 32),
      used_at bigint,
      primary key (user_id, code_hash)
    )`,
    `create table passkeys (
      id text collate "C" primary key,
      user_id text collate "C" not null references users (id) on delete cascade,
      credential_id text collate "C" not null unique,
      public_key bytea not null,
      counter bigint not null,
      transports text not null,
      name text not null,
      aaguid text collate "C" not null,
      synced bigint not null,
      created_at bigint not null,
      last_used_at bigint
    )`,
    `create index passkeys_by_user on passkeys (user_id, created_at)`,
    `create table passkey_ceremonies (
      challenge_hash bytea primary key check (octet_length(challenge_hash) = 32),
      purpose text collate "C" not null,
      user_id text collate "C" references users (id) on delete cascade,
      bound_to text collate "C",
      expires_at bigint not null
    )`,
    `create index passkey_ceremonies_by_expiry on passkey_ceremonies (expires_at)`,
    `create table pending_sign_ins (
      token_hash bytea primary key check (octet_length(token_hash) = 32),
      user_id text collate "C" not null references users (id) on delete cascade,
      bound_to text collate "C" not null,
      amr text not null,
      transport text collate "C" not null check (transport in ('body', 'cookie')),
      remembered bigint not null,
      attempts bigint not null default 0,
      expires_at bigint not null
    )`,
    `create index pending_sign_ins_by_expiry on pending_sign_ins (expires_at)`,
  ],
};
