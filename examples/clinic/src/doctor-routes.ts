// The doctors who can be booked, and a doctor's own entry and calendar.

import { Router } from "express";
import { z } from "zod";
import type { Protect } from "./access.ts";
import { answerPage, pageQuery, parseCursor } from "./appointment-answer.ts";
import type { AppointmentStore } from "./appointment-store.ts";
import { parseBody, parseQuery, readBody } from "./body.ts";
import type { PeopleStore } from "./people-store.ts";
import { READ_OWN_CALENDAR } from "./permissions.ts";

const ownEntry = z.strictObject({
  name: z.string().trim().min(1).max(100),
  speciality: z.string().trim().min(1).max(100),
});

/** What the doctors' routes need. */
export interface DoctorRoutesOptions {
  readonly people: PeopleStore;
  readonly appointments: AppointmentStore;
  readonly protect: Protect;
}

/** Creates the doctors' routes. */
export function createDoctorRoutes(options: DoctorRoutesOptions): Router {
  const { people, appointments, protect } = options;
  const asDoctor = protect({ permission: READ_OWN_CALENDAR });
  const router = Router();

  router.get("/doctors", protect(), (_request, response) => {
    response.json({ items: people.listDoctors(), next: null });
  });

  router.put("/doctors/me", asDoctor, readBody, (request, response) => {
    const doctor = { subject: request.principal.subject, ...parseBody(request, ownEntry) };
    people.saveDoctor(doctor);
    response.json(doctor);
  });

  router.get("/calendar", asDoctor, (request, response) => {
    const after = parseCursor(parseQuery(request, pageQuery).after);
    const doctor = request.principal.subject;
    response.json(answerPage(appointments.list({ doctor }, after)));
  });

  return router;
}
