// The take-back suite: how fast a logout is known everywhere, what a check costs, what a large ledger
// costs, and what keeps working while keys rotate and the server is away. Issue 5, "Measured".

import { createPublicKey, type JsonWebKey } from "node:crypto";
import { createGuard } from "@latchkey/guard";
import { createVerifier } from "fast-jwt";
import { createRow, OURS } from "../goal.ts";
import { interleave, type Plan } from "../interleave.ts";
import { measureRoutes, routesMilliseconds } from "../guard/routes.ts";
import type { Suite } from "../suites.ts";
import type { Row } from "../result.ts";
import { type Child, startChild } from "./child.ts";
import type { LedgerReport } from "./ledger-process.ts";
import { measurePropagation, type PropagationReport } from "./propagation.ts";

const TOKENS = 2000;
const REVOCATIONS = 1000;
const LEDGER = 1_000_000;

/** Below so many rounds the run is a rehearsal: a tenth of the revocations and of the ledger. */
const ROUNDS_OF_A_RESULT = 15;

async function measure(plan: Plan, report: (line: string) => void): Promise<readonly Row[]> {
  const share = plan.rounds >= ROUNDS_OF_A_RESULT ? 1 : 0.1;
  const issuers: Child[] = [];
  try {
    const empty = await startChild("issuer.ts", ["0"]);
    issuers.push(empty);
    report("checks");
    const checks = await measureChecks(empty, plan);
    report("routes");
    const routes = await measureRoutes(empty, plan, ["hono", "fastify"]);
    report("ledger");
    const large = await startChild("issuer.ts", [String(LEDGER * share)]);
    issuers.push(large);
    const ledger = await measureLedger(empty, large, plan);
    await large.end();
    const propagation = await measurePropagation(REVOCATIONS * share, report);
    return [...propagationRows(propagation), checks, ...ledgerRows(ledger), ...routes];
  } finally {
    for (const issuer of issuers) await issuer.end();
  }
}

async function measureChecks(issuer: Child, plan: Plan): Promise<Row> {
  const url = String(issuer.ready["url"]);
  const tokens = await issuer.ask<readonly string[]>("tokens", TOKENS);
  const guard = createGuard({ issuer: url, audience: url, startupTimeout: 60 });
  const peer = createVerifier({ key: publicPem(issuer), cache: TOKENS * 2, algorithms: ["ES256"] });
  for (const token of tokens) {
    if (!(await guard.check(token)).ok) throw new Error("a good token was refused");
    peer(token);
  }
  // A string of its own for each call, as a request brings it.
  const bytes = tokens.map((token) => Buffer.from(token));
  const fresh = (index: number): string => bytes[index % TOKENS]?.toString("latin1") ?? "";
  const rates = await interleave(
    [
      { name: OURS, run: (index) => guard.check(fresh(index)) },
      { name: "fast-jwt", run: (index) => peer(fresh(index)) },
    ],
    plan,
  );
  await guard.close();
  return createRow("check of a token seen before, 8 handles", rates, [
    { of: "rate", atLeast: 1_000_000 },
    { of: "peer", peer: "fast-jwt", atLeast: 3 },
  ]);
}

/** Two guards, one with the large issuer's ledger: memory, turns and checks. */
export async function measureLedger(empty: Child, large: Child, plan: Plan): Promise<LedgerReport> {
  const child = await startChild("ledger-process.ts", [], ["--expose-gc"]);
  try {
    const ask = async (issuer: Child) => ({
      url: String(issuer.ready["url"]),
      tokens: await issuer.ask<readonly string[]>("tokens", TOKENS),
    });
    return await child.ask("measure", { plan, empty: await ask(empty), large: await ask(large) });
  } finally {
    await child.end();
  }
}

function ledgerRows(report: LedgerReport): readonly Row[] {
  const size = report.entries.toLocaleString("en");
  return [
    countRow(`memory of a ledger entry, ${size} live`, "bytes", report.bytesPerEntry, 100),
    countRow(`check, ${size} entries by none`, "x", report.checkRatio, 1.5),
    countRow(`check of a token seen first, ${size} entries by none`, "x", report.lookupRatio, 1.5),
    countRow(`longest turn while ${size} entries load`, "ms", report.longestTurn, 20),
    countRow(`loading ${size} entries`, "s", report.loadSeconds, null),
  ];
}

function propagationRows(report: PropagationReport): readonly Row[] {
  const samples = report.samples.toLocaleString("en");
  const checked = (count: number): string => count.toLocaleString("en");
  return [
    countRow(`logout answered to refused, p99 of ${samples}`, "ms", report.p99, 250),
    countRow("logout answered to refused, median", "ms", report.median, null),
    countRow("logout answered to refused, longest", "ms", report.longest, null),
    countRow(`revocations missed, of ${samples}`, "missed", report.missed, 0),
    countRow("guards that follow a stream, of 100", "guards", report.streaming, null),
    countRow(
      `checks failed during ${report.rotations} key rotations, of ${checked(report.checkedDuringRotations)}`,
      "failed",
      report.rotations === 10 ? report.failedDuringRotations : Number.NaN,
      0,
    ),
    countRow(
      `checks failed while the server was away, of ${checked(report.checkedDuringOutage)}`,
      "failed",
      report.failedDuringOutage,
      0,
    ),
  ];
}

function countRow(name: string, unit: string, ours: number, atMost: number | null): Row {
  return {
    name,
    unit,
    ours,
    peers: {},
    limit: null,
    ratioToBestPeer: null,
    ratioToLimit: null,
    goal: atMost === null ? null : `<= ${atMost} ${unit}`,
    met: atMost === null ? null : ours <= atMost,
  };
}

function publicPem(issuer: Child): string {
  const key = issuer.ready["publicJwk"] as JsonWebKey;
  return createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" }).toString();
}

/** The suite. */
export const takeBackSuite: Suite = {
  packages: ["@latchkey/guard", "fast-jwt", "hono", "fastify", "@fastify/jwt"],
  // The ledger, 1,000 revocations, ten rotations and an outage, beside the turns of the routes.
  minutes: (plan) => (150_000 + routesMilliseconds(plan, ["hono", "fastify"])) / 60_000,
  measure,
};
