// Booking, reading and cancelling appointments. Each route reads, asks a rule of appointments.ts,
// writes once and answers.

import { randomBytes } from "node:crypto";
import { type Request, Router } from "express";
import { z } from "zod";
import type { Protect } from "./access.ts";
import { answerAppointment, answerPage, pageQuery, parseCursor } from "./appointment-answer.ts";
import type { AppointmentStore } from "./appointment-store.ts";
import { type Appointment, canCancel, canRead, checkBooking } from "./appointments.ts";
import { identifier, parseBody, parseQuery, readBody } from "./body.ts";
import type { PeopleStore } from "./people-store.ts";
import { READ_ANY } from "./permissions.ts";
import { ClinicRefusal } from "./problem.ts";

const booking = z.strictObject({
  doctor_id: identifier,
  starts_at: z.iso.datetime({ offset: true }),
  reason: z.string().trim().min(1).max(500),
});

/** What the appointments' routes need. */
export interface AppointmentRoutesOptions {
  readonly people: PeopleStore;
  readonly appointments: AppointmentStore;
  readonly protect: Protect;
  readonly clock: () => number;
}

/** Creates the appointments' routes. */
export function createAppointmentRoutes(options: AppointmentRoutesOptions): Router {
  const { people, appointments, protect, clock } = options;
  const router = Router();

  // An id is 128 random bits, so telling 404 from 403 lets nobody count appointments.
  const load = (request: Request): Appointment => {
    const id = identifier.safeParse(request.params["id"]);
    const appointment = id.success ? appointments.find(id.data) : undefined;
    if (appointment === undefined) throw new ClinicRefusal("not_found", "No such appointment.");
    return appointment;
  };

  router.post("/appointments", protect(), readBody, (request, response) => {
    const { doctor_id: doctor, starts_at, reason } = parseBody(request, booking);
    const startsAt = Date.parse(starts_at);
    const objection = checkBooking(startsAt, clock());
    if (objection !== null) throw new ClinicRefusal("invalid_request", `starts_at: ${objection}`);
    if (people.findDoctor(doctor) === undefined) {
      throw new ClinicRefusal("invalid_request", "doctor_id: no such doctor");
    }
    const appointment = {
      id: randomBytes(16).toString("base64url"),
      patient: request.principal.subject,
      doctor,
      startsAt,
      reason,
      cancelledAt: null,
    };
    if (!appointments.book(appointment)) {
      throw new ClinicRefusal("slot_taken", "The doctor is booked at that time.");
    }
    response
      .status(201)
      .location(`/appointments/${appointment.id}`)
      .json(answerAppointment(appointment));
  });

  router.get("/appointments", protect(), (request, response) => {
    const after = parseCursor(parseQuery(request, pageQuery).after);
    const patient = request.principal.subject;
    response.json(answerPage(appointments.list({ patient }, after)));
  });

  router.get("/schedule", protect({ permission: READ_ANY }), (request, response) => {
    const after = parseCursor(parseQuery(request, pageQuery).after);
    response.json(answerPage(appointments.list("everybody", after)));
  });

  router.get("/appointments/:id", protect(), (request, response) => {
    const appointment = load(request);
    if (!canRead(request.principal, appointment)) {
      throw new ClinicRefusal("permission_denied", "This appointment is somebody else's.");
    }
    response.json(answerAppointment(appointment));
  });

  router.post("/appointments/:id/cancel", protect(), (request, response) => {
    const appointment = load(request);
    if (!canCancel(request.principal, appointment)) {
      throw new ClinicRefusal("permission_denied", "This appointment is somebody else's.");
    }
    const now = clock();
    if (appointment.startsAt <= now) {
      throw new ClinicRefusal("appointment_over", "This appointment has begun.");
    }
    appointments.cancel(appointment.id, now);
    response.json(answerAppointment(load(request)));
  });

  return router;
}
