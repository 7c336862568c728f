// The guard suite: what a check costs an API, in three frameworks, beside what people use there now.

import type { Plan } from "../interleave.ts";
import type { Suite } from "../suites.ts";
import type { Row } from "../result.ts";
import { startChild } from "../take-back/child.ts";
import { type Framework, measureRoutes, routesMilliseconds } from "./routes.ts";

const FRAMEWORKS: readonly Framework[] = ["hono", "fastify", "express"];

async function measure(plan: Plan, report: (line: string) => void): Promise<readonly Row[]> {
  const issuer = await startChild("issuer.ts", ["0"]);
  try {
    const rows: Row[] = [];
    for (const framework of FRAMEWORKS) {
      report(`routes of ${framework}`);
      rows.push(...(await measureRoutes(issuer, plan, [framework])));
    }
    return rows;
  } finally {
    await issuer.end();
  }
}

/** The suite. */
export const guardSuite: Suite = {
  packages: [
    "@latchkey/guard",
    "hono",
    "fastify",
    "@fastify/jwt",
    "express",
    "express-jwt",
    "express-oauth2-jwt-bearer",
  ],
  // The routes differ by a few parts of a hundred.
  rounds: 30,
  minutes: (plan) => (10_000 + routesMilliseconds(plan, FRAMEWORKS)) / 60_000,
  measure,
};
