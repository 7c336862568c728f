// The clinic as an Express app. Everything is wired here; nothing here reads the environment.

import type { DatabaseSync } from "node:sqlite";
import type { Guard } from "@latchkey/guard";
import express, { type Express } from "express";
import { createProtect } from "./access.ts";
import { createAppointmentRoutes } from "./appointment-routes.ts";
import { createAppointmentStore } from "./appointment-store.ts";
import { createDoctorRoutes } from "./doctor-routes.ts";
import { createFrontEndRoutes, type FrontEnd } from "./front-end.ts";
import { createPatientRoutes } from "./patient-routes.ts";
import { createPeopleStore } from "./people-store.ts";
import { answerNotFound, createErrorHandler } from "./problem.ts";

/** What a clinic is made of. */
export interface ClinicOptions {
  readonly guard: Guard;
  readonly database: DatabaseSync;
  /** Milliseconds since 1970; the system's clock when left out. */
  readonly clock?: () => number;
  /** The page for browsers; without it the clinic is an API. */
  readonly frontEnd?: FrontEnd | null;
  /** Told about errors that are nobody's request's fault. */
  readonly report: (error: unknown) => void;
}

/** Creates the Express app. */
export function createClinic(options: ClinicOptions): Express {
  const { clock = Date.now } = options;
  const protect = createProtect(options.guard);
  const people = createPeopleStore(options.database);
  const appointments = createAppointmentStore(options.database);
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", "simple");
  app.use((_request, response, next) => {
    response.set({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
    next();
  });
  // `guard` says whether the clinic hears revocations, and since when it does not.
  app.get("/healthz", (_request, response) => {
    response.json({ status: "ok", guard: options.guard.status() });
  });
  const { frontEnd = null } = options;
  if (frontEnd !== null) app.use(createFrontEndRoutes(frontEnd));
  app.use(createPatientRoutes({ people, protect, clock }));
  app.use(createDoctorRoutes({ people, appointments, protect }));
  app.use(createAppointmentRoutes({ people, appointments, protect, clock }));
  app.use(answerNotFound);
  app.use(createErrorHandler(options.report));
  return app;
}
