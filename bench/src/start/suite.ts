// The start suite: from the start of the process to its first answer, on nothing, on what the last run
// left, and on a large store; and what a server at rest holds in memory and on disk.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, type Plan } from "../interleave.ts";
import type { Suite } from "../suites.ts";
import { createFixture } from "../refresh/fixture.ts";
import type { Row } from "../result.ts";
import { sizeOf, type Started, startOnce } from "./start-once.ts";

/** A large store here; the growth suite has the millions. */
const SESSIONS = 100_000;

async function measure(plan: Plan, report: (line: string) => void): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), "latchkey-start-"));
  try {
    const used = join(directory, "used");
    const large = join(directory, "large");
    mkdirSync(used);
    report("loading 100,000 sessions");
    mkdirSync(large);
    const keys = { directory: join(large, "keys") };
    await createFixture(join(large, "data"), { sessions: SESSIONS, tokens: 0 }, keys);
    await startOnce(used);
    const figures = { first: [], second: [], large: [] } as Record<string, Started[]>;
    for (let round = 0; round < plan.rounds; round += 1) {
      const empty = join(directory, `empty-${round}`);
      mkdirSync(empty);
      figures["first"]?.push(await startOnce(empty));
      figures["second"]?.push(await startOnce(used));
      figures["large"]?.push(await startOnce(large));
      rmSync(empty, { recursive: true });
      const line = Object.entries(figures).map(
        ([name, list]) => `${name} ${list.at(-1)?.ready.toFixed(0)} ms`,
      );
      report(`round ${round + 1} of ${plan.rounds}: ${line.join(", ")}`);
    }
    const of = (name: string, member: keyof Started): number =>
      median((figures[name] ?? []).map((started) => started[member]));
    const megabytes = (bytes: number): number => bytes / 1024 / 1024;
    return [
      row("first answer, first start of all", "ms", of("first", "ready"), null),
      row("first answer, later start", "ms", of("second", "ready"), 1000),
      row("first answer, 100,000 sessions", "ms", of("large", "ready"), 1000),
      row("memory at rest", "MiB", megabytes(of("second", "resident")), null),
      row("memory at rest, 100,000 sessions", "MiB", megabytes(of("large", "resident")), null),
      row("disk, nobody yet", "MiB", megabytes(sizeOf(join(used, "data"))), null),
      row("disk, 100,000 sessions", "bytes/session", sizeOf(join(large, "data")) / SESSIONS, null),
    ];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function row(name: string, unit: string, ours: number, atMost: number | null): Row {
  return {
    name,
    unit,
    ours,
    peers: {},
    limit: null,
    ratioToBestPeer: null,
    ratioToLimit: null,
    goal: atMost === null ? null : `<= ${atMost.toLocaleString("en")} ${unit}`,
    met: atMost === null ? null : ours <= atMost,
  };
}

/** The suite. */
export const startSuite: Suite = {
  packages: ["@latchkey/server"],
  minutes: ({ rounds }) => (20_000 + rounds * 3 * 1800) / 60_000,
  measure,
};
