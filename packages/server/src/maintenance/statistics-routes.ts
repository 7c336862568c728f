// GET /auth/admin/statistics: what happened on this node, by the minute, for the dashboard.

import { z } from "@hono/zod-openapi";
import { type App, bearer, createRoutes, defineRoute, jsonAnswer } from "../http/app.ts";
import type { Minute, Statistics } from "../observability/statistics.ts";
import { STATISTICS_MINUTES } from "../observability/statistics.ts";
import type { Database } from "../storage/database.ts";

/** Milliseconds between two counts of the live sessions: counting reads the whole table. */
export const SESSION_COUNT_INTERVAL: number = 5 * 60 * 1000;

/** Milliseconds for which a count is fresh enough for a dashboard that is looked at. */
const FRESH_COUNT = 60_000;

const counts = z.record(z.string(), z.int());
const minuteSchema = z
  .object({
    at: z.iso.datetime(),
    sign_ins: z.object({ succeeded: z.int(), failed: z.int() }),
    renewals: counts.openapi({ description: "By result: rotated, kept, or the refusal's code" }),
    refusals: counts.openapi({ description: "Problems answered, by code" }),
    events: counts.openapi({ description: "Audit events, as `<kind> <outcome>`" }),
    active_sessions: z.int().nullable(),
    propagation: z
      .object({ deliveries: z.int(), mean: z.number(), longest: z.number() })
      .openapi({ description: "Milliseconds from the commit to each follower of the feed" }),
  })
  .openapi("StatisticsMinute");

/** What the route needs. */
export interface StatisticsRoutesDeps {
  readonly statistics: Statistics;
  readonly sessionCounter: SessionCounter;
}

/** Counts live sessions, now and then. */
export interface SessionCounter {
  /** Counts unless the last count is fresh. @param now - milliseconds */
  count(now: number): Promise<void>;
}

/** Creates a counter of live sessions that writes down what it finds. */
export function createSessionCounter(
  database: Database,
  statistics: Pick<Statistics, "observeSessions">,
): SessionCounter {
  let counting: { readonly at: number; readonly done: Promise<void> } | undefined;

  async function countNow(now: number): Promise<void> {
    const [row] = await database.read(
      database.query
        .selectFrom("sessions")
        .select((eb) => eb.fn.countAll<number | string | bigint>().as("count"))
        .where("ended_at", "is", null)
        .where((eb) => eb.or([eb("ends_at", "is", null), eb("ends_at", ">", now)])),
    );
    statistics.observeSessions(Number(row?.count ?? 0));
  }

  return {
    count(now) {
      if (counting === undefined || now - counting.at >= FRESH_COUNT || now < counting.at) {
        const done = countNow(now);
        counting = { at: now, done };
        // A failure is told to those who wait for it; the next one counts again.
        done.catch(() => {
          counting = undefined;
        });
      }
      return counting.done;
    },
  };
}

/** The route of statistics. */
export function statisticsRoutes({ statistics, sessionCounter }: StatisticsRoutesDeps): App {
  const routes = createRoutes();
  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/admin/statistics",
      summary: "What happened on this node, by the minute, for a day at most",
      tags: ["administration"],
      security: bearer,
      request: {
        query: z.strictObject({
          minutes: z
            .string()
            .regex(/^[1-9]\d{0,3}$/, "A whole number")
            .transform(Number)
            .refine((n) => n <= STATISTICS_MINUTES, `At most ${STATISTICS_MINUTES}`)
            .optional()
            .openapi({ type: "integer", minimum: 1, maximum: STATISTICS_MINUTES }),
        }),
      },
      responses: {
        200: jsonAnswer(
          z.object({
            since: z.iso.datetime().openapi({ description: "When this node began to count" }),
            now: z.iso.datetime(),
            minutes: z.array(minuteSchema),
          }),
          "The minutes that have something to tell, the oldest first",
        ),
      },
    }),
    async (c) => {
      const now = c.get("now");
      const { minutes = 60 } = c.req.valid("query");
      await sessionCounter.count(now);
      return c.json({
        since: new Date(statistics.since).toISOString(),
        now: new Date(now).toISOString(),
        minutes: statistics.read(now - minutes * 60_000).map(renderMinute),
      });
    },
  );
  return routes;
}

function renderMinute(minute: Minute): z.infer<typeof minuteSchema> {
  const { count, sum, longest } = minute.delay;
  return {
    at: new Date(minute.at).toISOString(),
    sign_ins: {
      succeeded: minute.events.get("login success") ?? 0,
      failed: minute.events.get("login failure") ?? 0,
    },
    renewals: Object.fromEntries(minute.renewals),
    refusals: Object.fromEntries(minute.refusals),
    events: Object.fromEntries(minute.events),
    active_sessions: minute.sessions,
    propagation: {
      deliveries: count,
      mean: count === 0 ? 0 : Math.round((sum / count) * 10) / 10,
      longest,
    },
  };
}
