import type { Principal } from "@latchkey/guard";
import { describe, expect, it } from "vitest";
import {
  type Appointment,
  BOOKING_HORIZON,
  canCancel,
  canRead,
  checkBooking,
  SLOT_LENGTH,
} from "./appointments.ts";
import { CANCEL_ANY, READ_ANY, READ_OWN_CALENDAR } from "./permissions.ts";

const appointment: Appointment = {
  id: "a".repeat(22),
  patient: "patient",
  doctor: "doctor",
  startsAt: 10 * SLOT_LENGTH,
  reason: "check-up",
  cancelledAt: null,
};

const principal = (subject: string, ...permissions: readonly string[]): Principal => ({
  subject,
  sessionId: null,
  clientId: null,
  roles: [],
  permissions,
  scopes: [],
  claims: {},
});

describe("canRead and canCancel", () => {
  it.each([
    { who: principal("patient"), read: true, cancel: true },
    { who: principal("another patient"), read: false, cancel: false },
    { who: principal("doctor", READ_OWN_CALENDAR), read: true, cancel: true },
    { who: principal("another doctor", READ_OWN_CALENDAR), read: false, cancel: false },
    // Her role was taken away: the subject alone opens nothing.
    { who: principal("doctor"), read: false, cancel: false },
    { who: principal("desk", READ_ANY), read: true, cancel: false },
    { who: principal("desk", CANCEL_ANY), read: false, cancel: true },
    { who: principal("desk", "appointments:cancel-any-other"), read: false, cancel: false },
  ])("$who.subject with $who.permissions", ({ who, read, cancel }) => {
    expect(canRead(who, appointment)).toBe(read);
    expect(canCancel(who, appointment)).toBe(cancel);
  });
});

describe("checkBooking", () => {
  const now = 1000 * SLOT_LENGTH + 1;

  it.each([
    [1001 * SLOT_LENGTH, null],
    [1000 * SLOT_LENGTH, "in_the_past"],
    [now, "in_the_past"],
    [1001 * SLOT_LENGTH + 1, "not_on_a_slot"],
    [now + BOOKING_HORIZON + SLOT_LENGTH, "too_far_ahead"],
    [Math.floor((now + BOOKING_HORIZON) / SLOT_LENGTH) * SLOT_LENGTH, null],
  ])("%d is %s", (startsAt, objection) => {
    expect(checkBooking(startsAt, now)).toBe(objection);
  });
});
