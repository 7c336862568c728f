// Appointments in the clinic's database: the only SQL about them. Lists are read in pages.

import type { DatabaseSync } from "node:sqlite";
import type { Appointment } from "./appointments.ts";

/** Appointments on one page. */
export const PAGE_SIZE = 50;

/** Where the next page starts: after this appointment. */
export interface Cursor {
  readonly startsAt: number;
  readonly id: string;
}

/** Whose appointments to list; nobody's in particular for the whole clinic. */
type Whose = { readonly patient: string } | { readonly doctor: string } | "everybody";

/** Appointments in the clinic's database. */
export interface AppointmentStore {
  find(id: string): Appointment | undefined;
  /** One page, oldest first. */
  list(whose: Whose, after: Cursor | null): readonly Appointment[];
  /** Saves a new appointment; false when the doctor's slot is taken. */
  book(appointment: Appointment): boolean;
  cancel(id: string, now: number): void;
}

/** Creates the store on an open database. */
export function createAppointmentStore(database: DatabaseSync): AppointmentStore {
  const columns = "id, patient, doctor, starts_at, reason, cancelled_at";
  const pageOf = (condition: string) =>
    database.prepare(
      `select ${columns} from appointments
       where ${condition} and (starts_at, id) > (?, ?) order by starts_at, id limit ?`,
    );
  const find = database.prepare(`select ${columns} from appointments where id = ?`);
  const ofPatient = pageOf("patient = ?");
  const ofDoctor = pageOf("doctor = ?");
  const ofEverybody = pageOf("true");
  const book = database.prepare(
    `insert into appointments (${columns}) values (?, ?, ?, ?, ?, null)
     on conflict (doctor, starts_at) where cancelled_at is null do nothing`,
  );
  const cancel = database.prepare(
    "update appointments set cancelled_at = ? where id = ? and cancelled_at is null",
  );
  return {
    find: (id) => {
      const row = find.get(id);
      return row === undefined ? undefined : toAppointment(row);
    },
    list: (whose, after) => {
      const from = [after?.startsAt ?? -1, after?.id ?? "", PAGE_SIZE] as const;
      if (whose === "everybody") return ofEverybody.all(...from).map(toAppointment);
      if ("patient" in whose) return ofPatient.all(whose.patient, ...from).map(toAppointment);
      return ofDoctor.all(whose.doctor, ...from).map(toAppointment);
    },
    book: ({ id, patient, doctor, startsAt, reason }) =>
      book.run(id, patient, doctor, startsAt, reason).changes === 1,
    cancel: (id, now) => {
      cancel.run(now, id);
    },
  };
}

// The table is strict: each column has the type that the schema gives it.
function toAppointment(row: Record<string, unknown>): Appointment {
  return {
    id: row["id"] as string,
    patient: row["patient"] as string,
    doctor: row["doctor"] as string,
    startsAt: row["starts_at"] as number,
    reason: row["reason"] as string,
    cancelledAt: row["cancelled_at"] as number | null,
  };
}
