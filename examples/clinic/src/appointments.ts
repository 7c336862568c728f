// What an appointment is and who may do what with it. Pure: a rule takes the principal, the
// appointment and the time, and answers; routes do the rest.

import type { Principal } from "@latchkey/guard";
import { CANCEL_ANY, READ_ANY, READ_OWN_CALENDAR } from "./permissions.ts";

/** Length of every appointment, in milliseconds. */
export const SLOT_LENGTH = 30 * 60_000;

/** How far ahead an appointment can be booked, in milliseconds. */
export const BOOKING_HORIZON = 366 * 24 * 3_600_000;

/** One appointment. Times are in milliseconds; people are named by their Latchkey subject. */
export interface Appointment {
  readonly id: string;
  readonly patient: string;
  readonly doctor: string;
  readonly startsAt: number;
  readonly reason: string;
  readonly cancelledAt: number | null;
}

/** Why a start cannot be booked. */
export type BookingObjection = "in_the_past" | "too_far_ahead" | "not_on_a_slot";

/**
 * Checks the start of a new appointment.
 *
 * Appointments start on the hour or half hour and take one slot, so two of them overlap exactly
 * when they start together: a unique index can keep a doctor from being booked twice.
 */
export function checkBooking(startsAt: number, now: number): BookingObjection | null {
  if (startsAt <= now) return "in_the_past";
  if (startsAt > now + BOOKING_HORIZON) return "too_far_ahead";
  return startsAt % SLOT_LENGTH === 0 ? null : "not_on_a_slot";
}

/** The patient, the doctor it is with, and the front desk may read an appointment. */
export function canRead(principal: Principal, appointment: Appointment): boolean {
  if (principal.permissions.includes(READ_ANY)) return true;
  if (principal.subject === appointment.patient) return true;
  return isOwnCalendar(principal, appointment);
}

/** The patient, the doctor it is with, and the front desk may cancel an appointment. */
export function canCancel(principal: Principal, appointment: Appointment): boolean {
  if (principal.permissions.includes(CANCEL_ANY)) return true;
  if (principal.subject === appointment.patient) return true;
  return isOwnCalendar(principal, appointment);
}

// Somebody who is a doctor no more keeps neither the calendar nor its patients.
function isOwnCalendar(principal: Principal, appointment: Appointment): boolean {
  return (
    principal.subject === appointment.doctor && principal.permissions.includes(READ_OWN_CALENDAR)
  );
}
