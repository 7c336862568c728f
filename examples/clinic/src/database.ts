// Opens the clinic's own SQLite file and makes its tables. Accounts live at Latchkey; this file
// knows people by their subject only.

import { DatabaseSync } from "node:sqlite";

const schema = `
  create table if not exists patients (
    subject text primary key,
    phone text,
    address text,
    updated_at integer not null
  ) strict;

  create table if not exists doctors (
    subject text primary key,
    name text not null,
    speciality text not null
  ) strict;

  create table if not exists appointments (
    id text primary key,
    patient text not null,
    doctor text not null references doctors (subject),
    starts_at integer not null,
    reason text not null,
    cancelled_at integer
  ) strict;

  -- A doctor has one appointment at a time; a cancelled one frees the slot.
  create unique index if not exists appointments_slot
    on appointments (doctor, starts_at) where cancelled_at is null;
  create index if not exists appointments_patient on appointments (patient, starts_at, id);
  create index if not exists appointments_doctor on appointments (doctor, starts_at, id);
  create index if not exists appointments_time on appointments (starts_at, id);
`;

/** Opens the database at `path`, or one in memory for `:memory:`. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec("pragma journal_mode = wal; pragma foreign_keys = on; pragma busy_timeout = 2000");
  database.exec(schema);
  return database;
}
