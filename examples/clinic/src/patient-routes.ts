// GET and PATCH /patients/me: a patient's own contact details. The account itself (name, e-mail,
// password) is edited at Latchkey, PATCH /auth/me.

import { Router } from "express";
import { z } from "zod";
import type { Protect } from "./access.ts";
import { parseBody, readBody } from "./body.ts";
import type { PeopleStore } from "./people-store.ts";

const contactDetails = z.strictObject({
  phone: z
    .string()
    .regex(/^\+?[0-9][0-9 ()/-]{2,30}$/, "not a phone number")
    .nullable()
    .optional(),
  address: z.string().trim().min(1).max(200).nullable().optional(),
});

/** What the patients' routes need. */
export interface PatientRoutesOptions {
  readonly people: PeopleStore;
  readonly protect: Protect;
  readonly clock: () => number;
}

/** Creates the patients' routes. */
export function createPatientRoutes({ people, protect, clock }: PatientRoutesOptions): Router {
  const router = Router();
  router
    .route("/patients/me")
    .all(protect())
    .get((request, response) => {
      response.json(people.findPatient(request.principal.subject));
    })
    .patch(readBody, (request, response) => {
      const { phone, address } = parseBody(request, contactDetails);
      const known = people.findPatient(request.principal.subject);
      const patient = {
        subject: known.subject,
        phone: phone === undefined ? known.phone : phone,
        address: address === undefined ? known.address : address,
      };
      people.savePatient(patient, clock());
      response.json(patient);
    });
  return router;
}
