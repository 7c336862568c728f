// The postgres suite: renewals per second of a node against what the statement and the signature alone
// allow, two nodes against one, logouts across nodes, round trips, what a rolling restart loses, and
// what things cost. Node, database and load generator share two cores; docs/scaling.md says what that means.

import { stopAll } from "../../../e2e/harness/child.ts";
import { removeDirectories } from "../../../e2e/harness/directory.ts";
import { type PostgresServer, startPostgres } from "../../../e2e/harness/postgres-server.ts";
import { restartNodes } from "../../../e2e/harness/rolling-restart.ts";
import { createRow, LIMIT, OURS } from "../goal.ts";
import { median, medianRatio, type Plan } from "../interleave.ts";
import type { Suite } from "../suites.ts";
import { startServer } from "../refresh/child-server.ts";
import type { Row } from "../result.ts";
import { type Cost, measureCost } from "./cost.ts";
import { countRoundTrips } from "./count-round-trips.ts";
import { measureNodes, type Propagation } from "./propagation.ts";
import {
  BOTH,
  createDatabase,
  measureRates,
  type RateReport,
  renewals,
  SLICE_FACTOR,
} from "./rates.ts";

/** Milliseconds between two looks of a node that hears of no other. */
const POLL_INTERVAL = 300;

/** Milliseconds from a logout to the refusal. */
const PROPAGATION_GOAL = 400;

/** Logouts, and milliseconds of renewals for their cost, for each round of the plan. */
const LOGOUTS = 10;
const COST_DURATION = 500;

async function measure(plan: Plan, report: (line: string) => void): Promise<readonly Row[]> {
  report("starting PostgreSQL");
  const postgres = await startPostgres();
  try {
    return await measureOn(postgres, plan, report);
  } finally {
    await stopAll();
    await postgres.remove();
    await removeDirectories();
  }
}

async function measureOn(
  postgres: PostgresServer,
  plan: Plan,
  report: (line: string) => void,
): Promise<readonly Row[]> {
  const rates = await measureRates(postgres, plan, report);
  report("logging out at one node, asking guards of another");
  const logouts = LOGOUTS * plan.rounds;
  const listening = await measureNodes(postgres, { logouts, isListening: true });
  const looking = await measureNodes(postgres, { logouts, isListening: false });
  report("counting round trips");
  const trips = await countRoundTrips(await createDatabase(postgres, "trips"));
  report("measuring what things cost");
  const cost = await measureCost({
    postgres,
    url: await createDatabase(postgres, "cost"),
    startNode: (url) => startServer("../postgres/server-node.ts", [url, url]),
    duration: Math.max(2_000, COST_DURATION * plan.rounds),
    target: renewals,
  });
  report("restarting nodes under load");
  const restart = await restartNodes(3);
  return [
    ...rateRows(rates),
    propagationRow("with NOTIFY", listening, PROPAGATION_GOAL),
    propagationRow("without it", looking, POLL_INTERVAL + PROPAGATION_GOAL),
    atMost("round trips of a renewal", "round trips", { ours: trips.refresh, limit: 2 }),
    atMost("round trips of a sign-in, rate limiter excluded", "round trips", {
      ours: trips.signIn,
      limit: 3,
    }),
    atMost(`failed of ${restart.requests} requests while three nodes restart`, "requests", {
      ours: restart.failed.length,
      limit: 0,
    }),
    ...costRows(cost),
  ];
}

function rateRows({ rates, costs }: RateReport): readonly Row[] {
  const pick = (source: RateReport["rates"], ...names: readonly string[]) =>
    new Map(names.map((name) => [name, source.get(name) ?? []]));
  const both = medianRatio(rates, BOTH, OURS);
  return [
    createRow("refresh over HTTP on PostgreSQL, one node", pick(rates, OURS, LIMIT), [
      { of: "limit", atLeast: 0.5 },
    ]),
    {
      ...reported("two nodes on the same database", "op/s", median(rates.get(BOTH) ?? [])),
      peers: { "one node": median(rates.get(OURS) ?? []) },
      ratioToBestPeer: both,
      // Where node, database and load have two cores in all, a second node has none of its own.
      goal: "1.8 of one node where the cores are there; reported",
    },
    {
      ...reported("processor time of one renewal in the node", "us", median(costs.get(OURS) ?? [])),
      limit: median(costs.get(LIMIT) ?? []),
      ratioToLimit: median(costs.get(LIMIT) ?? []) / median(costs.get(OURS) ?? []),
    },
  ];
}

function propagationRow(how: string, times: Propagation, goal: number): Row {
  return {
    ...reported(`logout at one node to refusal by guards of another, p99, ${how}`, "ms", times.p99),
    peers: { median: times.median, missed: times.missed },
    goal: `<= ${goal} ms, none missed`,
    met: times.p99 <= goal && times.missed === 0,
  };
}

function costRows(cost: Cost): readonly Row[] {
  const rows: readonly (readonly [name: string, unit: string, value: number])[] = [
    ["a user on the disk", "bytes", cost.bytesPerUser],
    ["a session on the disk", "bytes", cost.bytesPerSession],
    ["a session on the disk, after many renewals", "bytes", cost.bytesPerRenewedSession],
    ["a ledger entry on the disk", "bytes", cost.bytesPerLedgerEntry],
    ["an audit event on the disk", "bytes", cost.bytesPerAuditEvent],
    ["log of a renewal, whole pages included", "bytes", cost.walBytesPerRefresh],
    ["whole pages in the log of a renewal", "pages", cost.walPagesPerRefresh],
    ["forced writes of a renewal", "writes", cost.syncsPerRefresh],
    ["processor time of a renewal in the database", "us", cost.databaseCpuPerRefresh],
    ["processor time of a renewal in the node, new process", "us", cost.nodeCpuPerRefresh],
  ];
  return rows.map(([name, unit, value]) => reported(name, unit, value));
}

function atMost(
  name: string,
  unit: string,
  { ours, limit }: { readonly ours: number; readonly limit: number },
): Row {
  return { ...reported(name, unit, ours), goal: `<= ${limit}`, met: ours <= limit };
}

function reported(name: string, unit: string, ours: number): Row {
  return {
    name,
    unit,
    ours,
    peers: {},
    limit: null,
    ratioToBestPeer: null,
    ratioToLimit: null,
    goal: null,
    met: null,
  };
}

export const postgresSuite: Suite = {
  packages: ["pg"],
  // Clusters, fixtures and a restart of three nodes, and for each round three turns and its logouts.
  minutes: ({ rounds, sliceMs }) =>
    (120_000 + rounds * (3 * sliceMs * SLICE_FACTOR + 5_000)) / 60_000,
  measure,
};
