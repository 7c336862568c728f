// Counters that all nodes share: a row each, and each count is one atomic statement that holds only
// while there is room, so of any number of attempts at any number of nodes no more pass than may.
// Portable SQL: what PostgreSQL runs is tested on SQLite too.

import { type RawBuilder, sql } from "kysely";
import { drip, dripInterval, MAX_CLOCK_SKEW } from "../http/rate-limit.ts";
import type { Database, Step } from "../storage/database.ts";
import { WriteConflict, writeAll } from "../storage/write.ts";
import {
  FREE_LANE_FAILURES,
  LATEST_LANE_OPENING,
  laneWait,
  LONGEST_LANE_WAIT,
  MAX_LANE_FAILURES,
} from "./lane.ts";
import type { Bucket, LaneKey, LimitStore } from "./limit-store.ts";

/** Creates the store; its table is `rate_limits`. */
export function createDatabaseStore(database: Database): LimitStore {
  const { query } = database;
  return {
    take: async (buckets, now) => {
      const steps = buckets.map((bucket) => takeStep(database, bucket, now));
      const outcome = await database.write(steps);
      if (outcome.committed) return 0;
      if (outcome.reason !== "row-count") throw new WriteConflict(outcome);
      return longestWait(database, buckets, now);
    },
    giveBack: async (buckets) => {
      await writeAll(
        database,
        buckets.map(({ key, limit }) => ({
          query: query
            .updateTable("rate_limits")
            .set((eb) => ({ open_at: eb("open_at", "-", wholeInterval(limit)) }))
            .where("key", "=", key),
        })),
      );
    },
    empty: (buckets) => remove(database, buckets),
    enterLane: async (lane, now) => {
      // A closed lane commits a row too: what an attempt costs must not tell that it is closed.
      const results = await writeAll(database, [
        laneStep(database, lane, now),
        rememberStep(database, lane, now),
      ]);
      return results[0]?.changes === 1;
    },
    leaveLane: async ({ key }) => {
      await writeAll(database, [
        {
          query: query
            .updateTable("rate_limits")
            .set((eb) => ({ failures: eb("failures", "-", 1), open_at: 0 }))
            .where("key", "=", key)
            .where("failures", ">", 0),
        },
      ]);
    },
    clearLanes: (lanes) => remove(database, lanes),
  };
}

// The same decision as drip(), in a statement.
function takeStep(database: Database, { key, limit }: Bucket, now: number): Step {
  const span = limit.per * 1000;
  const interval = wholeInterval(limit);
  const known = sql`case
    when rate_limits.open_at < ${now} then ${now}
    when rate_limits.open_at > ${now + span + MAX_CLOCK_SKEW} then ${now}
    when rate_limits.open_at > ${now + span} then ${now + span}
    else rate_limits.open_at end`;
  const next = sql<number>`(${known}) + ${interval}`;
  return {
    query: database.query
      .insertInto("rate_limits")
      .values({ key, failures: 0, open_at: now + interval, expires_at: now + span })
      .onConflict((conflict) =>
        conflict
          .column("key")
          .doUpdateSet({ open_at: next, expires_at: now + 2 * span })
          .where(sql<boolean>`${next} <= ${now + span}`),
      ),
    expect: 1,
  };
}

// The same decision as enterLane() of lane.ts, in a statement.
function laneStep(database: Database, lane: LaneKey, now: number): Step {
  const { key, memory } = lane;
  return {
    query: database.query
      .insertInto("rate_limits")
      .values({ key, failures: 1, open_at: 0, expires_at: now + memory })
      .onConflict((conflict) =>
        conflict
          .column("key")
          .doUpdateSet({
            failures: sql<number>`rate_limits.failures + 1`,
            open_at: openingOfNext(now),
            expires_at: now + memory,
          })
          .where(
            sql<boolean>`(rate_limits.open_at <= ${now}
              or rate_limits.open_at > ${now + LATEST_LANE_OPENING})`,
          )
          .where(sql<boolean>`rate_limits.failures < ${sql.lit(MAX_LANE_FAILURES)}`),
      ),
  };
}

function rememberStep(database: Database, { key, memory }: LaneKey, now: number): Step {
  return {
    query: database.query
      .updateTable("rate_limits")
      .set({ expires_at: now + memory })
      .where("key", "=", key),
    expect: 1,
  };
}

// When the lane opens after one failure more. A failure that closes nothing leaves no time behind:
// requests that race arrive in any order, and one that began first must not find a later one's time.
function openingOfNext(now: number): RawBuilder<number> {
  return sql<number>`case when rate_limits.failures < ${sql.lit(FREE_LANE_FAILURES - 1)} then 0
    else ${now} + ${waitOfNext()} end`;
}

// laneWait() of one failure more, as a table of its values.
function waitOfNext(): RawBuilder<number> {
  const cases: RawBuilder<unknown>[] = [];
  for (let next = FREE_LANE_FAILURES; laneWait(next) < LONGEST_LANE_WAIT; next++) {
    cases.push(sql`when ${sql.lit(next - 1)} then ${sql.lit(laneWait(next))}`);
  }
  return sql<number>`case
    when rate_limits.failures < ${sql.lit(FREE_LANE_FAILURES - 1)} then 0
    else case rate_limits.failures ${sql.join(cases, sql` `)}
      else ${sql.lit(LONGEST_LANE_WAIT)} end end`;
}

async function longestWait(
  database: Database,
  buckets: readonly Bucket[],
  now: number,
): Promise<number> {
  const keys = buckets.map((bucket) => bucket.key);
  const rows = await database.read(
    database.query.selectFrom("rate_limits").select(["key", "open_at"]).where("key", "in", keys),
  );
  const waits = rows.map((row) => {
    const bucket = buckets.find(({ key }) => key === row.key);
    return bucket === undefined ? 0 : drip(bucket.limit, row.open_at, now).wait;
  });
  // Somebody's success may have made room since: the caller comes back at once.
  return Math.max(1, ...waits);
}

async function remove(database: Database, rows: readonly { key: string }[]): Promise<void> {
  if (rows.length === 0) return;
  const keys = rows.map((row) => row.key);
  await writeAll(database, [
    { query: database.query.deleteFrom("rate_limits").where("key", "in", keys) },
  ]);
}

// Stored times are whole milliseconds.
function wholeInterval(limit: Bucket["limit"]): number {
  return Math.floor(dripInterval(limit));
}
