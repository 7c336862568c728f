// How appointments look on the wire: snake_case, times in RFC 3339, lists as `{items, next}`.

import { z } from "zod";
import { type Cursor, PAGE_SIZE } from "./appointment-store.ts";
import type { Appointment } from "./appointments.ts";
import { ClinicRefusal } from "./problem.ts";

/** The query of every list: `after` is the `next` of the page before. */
export const pageQuery = z.strictObject({ after: z.string().max(64).optional() });

/** An appointment as it is answered. */
export interface AppointmentAnswer {
  readonly id: string;
  readonly patient_id: string;
  readonly doctor_id: string;
  readonly starts_at: string;
  readonly reason: string;
  readonly cancelled_at: string | null;
}

/** Renders an appointment. */
export function answerAppointment(appointment: Appointment): AppointmentAnswer {
  const { cancelledAt } = appointment;
  return {
    id: appointment.id,
    patient_id: appointment.patient,
    doctor_id: appointment.doctor,
    starts_at: new Date(appointment.startsAt).toISOString(),
    reason: appointment.reason,
    cancelled_at: cancelledAt === null ? null : new Date(cancelledAt).toISOString(),
  };
}

/** Renders a page; `next` is null on the last one. */
export function answerPage(page: readonly Appointment[]): {
  readonly items: readonly AppointmentAnswer[];
  readonly next: string | null;
} {
  const last = page.length < PAGE_SIZE ? undefined : page.at(-1);
  return {
    items: page.map(answerAppointment),
    next: last === undefined ? null : `${last.startsAt}.${last.id}`,
  };
}

/** Reads a cursor that {@link answerPage} wrote. */
export function parseCursor(text: string | undefined): Cursor | null {
  if (text === undefined) return null;
  const match = /^([0-9]{1,15})\.([A-Za-z0-9_-]{22})$/.exec(text);
  const [, startsAt, id] = match ?? [];
  if (startsAt === undefined || id === undefined) {
    throw new ClinicRefusal("invalid_request", "after: not a cursor of this list");
  }
  return { startsAt: Number(startsAt), id };
}
