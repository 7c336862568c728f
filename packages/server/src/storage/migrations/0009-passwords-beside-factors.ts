// Which passwords are long enough beside a second factor only: the last factor stays while one is.

import type { Migration } from "./migration.ts";

export const passwordsBesideFactors: Migration = {
  number: 9,
  name: "passwords-beside-factors",
  sqlite: [`alter table users add column password_needs_factor integer not null default 0`],
  postgres: [`alter table users add column password_needs_factor bigint not null default 0`],
};
