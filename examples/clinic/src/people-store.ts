// Patients' contact details and the doctors who can be booked. The only SQL about people.

import type { DatabaseSync } from "node:sqlite";

/** How the clinic reaches a patient. */
interface Patient {
  readonly subject: string;
  readonly phone: string | null;
  readonly address: string | null;
}

/** A doctor who can be booked. */
interface Doctor {
  readonly subject: string;
  readonly name: string;
  readonly speciality: string;
}

/** Doctors in a list, at most. */
const MAX_DOCTORS = 500;

/** Patients and doctors in the clinic's database. */
export interface PeopleStore {
  findPatient(subject: string): Patient;
  savePatient(patient: Patient, now: number): void;
  findDoctor(subject: string): Doctor | undefined;
  listDoctors(): readonly Doctor[];
  saveDoctor(doctor: Doctor): void;
}

/** Creates the store on an open database. */
export function createPeopleStore(database: DatabaseSync): PeopleStore {
  const findPatient = database.prepare(
    "select subject, phone, address from patients where subject = ?",
  );
  const savePatient = database.prepare(
    `insert into patients (subject, phone, address, updated_at) values (?, ?, ?, ?)
     on conflict (subject) do update
     set phone = excluded.phone, address = excluded.address, updated_at = excluded.updated_at`,
  );
  const findDoctor = database.prepare(
    "select subject, name, speciality from doctors where subject = ?",
  );
  const listDoctors = database.prepare(
    "select subject, name, speciality from doctors order by name, subject limit ?",
  );
  const saveDoctor = database.prepare(
    `insert into doctors (subject, name, speciality) values (?, ?, ?)
     on conflict (subject) do update set name = excluded.name, speciality = excluded.speciality`,
  );
  // Rows come from the strict tables above, whose columns are the interfaces' members.
  return {
    findPatient: (subject) =>
      (findPatient.get(subject) as unknown as Patient | undefined) ?? {
        subject,
        phone: null,
        address: null,
      },
    savePatient: (patient, now) => {
      savePatient.run(patient.subject, patient.phone, patient.address, now);
    },
    findDoctor: (subject) => findDoctor.get(subject) as unknown as Doctor | undefined,
    listDoctors: () => listDoctors.all(MAX_DOCTORS) as unknown as Doctor[],
    saveDoctor: (doctor) => {
      saveDoctor.run(doctor.subject, doctor.name, doctor.speciality);
    },
  };
}
