// How often somebody tried, accounts that are about to be deleted, and an audit log that only grows:
// a trigger refuses every change of an event but one, that what identifies a person is taken out of
// it when the account is deleted.

import type { Migration } from "./migration.ts";

export const accountsLife: Migration = {
  number: 7,
  name: "accounts-life",
  sqlite: [
    `create table rate_limits (
      key text primary key,
      failures integer not null,
      open_at integer not null,
      expires_at integer not null
    ) strict, without rowid`,
    `create index rate_limits_by_expiry on rate_limits (expires_at)`,
    `alter table users add column delete_at integer`,
    `create index users_by_deletion on users (delete_at) where delete_at is not null`,
    `create index audit_events_by_kind on audit_events (kind, n)`,
    `create index audit_events_by_actor on audit_events (actor_id, n)`,
    `create index audit_events_by_time on audit_events (at, n)`,
    `create trigger audit_events_only_grow before update on audit_events
      when new.n is not old.n or new.id is not old.id or new.at is not old.at
        or new.kind is not old.kind or new.outcome is not old.outcome
        or new.actor_id is not old.actor_id or new.user_id is not old.user_id
        or new.session_id is not old.session_id
        or (new.address is not old.address and new.address is not null)
        or (new.user_agent is not old.user_agent and new.user_agent is not null)
        or (new.detail is not old.detail and new.detail is not '{}')
      begin
        select raise(abort, 'audit events are never changed');
      end`,
  ],
  postgres: [
    `create table rate_limits (
      key text collate "C" primary key,
      failures integer not null,
      open_at bigint not null,
      expires_at bigint not null
    )`,
    `create index rate_limits_by_expiry on rate_limits (expires_at)`,
    `alter table users add column delete_at bigint`,
    `create index users_by_deletion on users (delete_at) where delete_at is not null`,
    `create index audit_events_by_kind on audit_events (kind, n)`,
    `create index audit_events_by_actor on audit_events (actor_id, n)`,
    `create index audit_events_by_time on audit_events (at, n)`,
    `create function latchkey_audit_events_only_grow() returns trigger language plpgsql as $$
      begin
        raise exception 'audit events are never changed';
      end $$`,
    `create trigger audit_events_only_grow before update on audit_events for each row
      when (new.n is distinct from old.n or new.id is distinct from old.id
        or new.at is distinct from old.at or new.kind is distinct from old.kind
        or new.outcome is distinct from old.outcome
        or new.actor_id is distinct from old.actor_id
        or new.user_id is distinct from old.user_id
        or new.session_id is distinct from old.session_id
        or (new.address is distinct from old.address and new.address is not null)
        or (new.user_agent is distinct from old.user_agent and new.user_agent is not null)
        or (new.detail <> old.detail and new.detail <> '{}'))
      execute function latchkey_audit_events_only_grow()`,
  ],
};
