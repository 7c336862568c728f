// Mails that wait for a mail server, over the end of the process. A mail holds links and codes, so it
// is sealed; address, subject and text are all in it.

import type { Migration } from "./migration.ts";

export const waitingMails: Migration = {
  number: 10,
  name: "waiting-mails",
  sqlite: [
    `create table waiting_mails (
      id text primary key,
      kek_id text not null,
      sealed blob not null,
      tries integer not null,
      due_at integer not null,
      expires_at integer not null
    ) strict, without rowid`,
    `create index waiting_mails_by_due on waiting_mails (due_at)`,
  ],
  postgres: [
    `create table waiting_mails (
      id text collate "C" primary key,
      kek_id text collate "C" not null,
      sealed bytea not null,
      tries bigint not null,
      due_at bigint not null,
      expires_at bigint not null
    )`,
    `create index waiting_mails_by_due on waiting_mails (due_at)`,
  ],
};
