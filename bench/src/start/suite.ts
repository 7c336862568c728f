// The start suite: from the start of the process to its first answer, on nothing, on what the last run
// left, and on a large store, of the built package and of the sources as `npm start` runs them; and what
// a server at rest holds in memory and on disk.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { median, type Plan } from "../interleave.ts";
import type { Suite } from "../suites.ts";
import { createFixture } from "../refresh/fixture.ts";
import type { Row } from "../result.ts";
import { type Program, sizeOf, type Started, startOnce } from "./start-once.ts";

/** A large store here; the growth suite has the millions. */
const SESSIONS = 100_000;

/** One first start of all in so many rounds. */
const FIRST_STARTS = 3;

const ROOT = join(import.meta.dirname, "..", "..", "..");

const PROGRAMS: readonly Program[] = ["built", "sources"];
const NAMES: Readonly<Record<Program, string>> = { built: "built package", sources: "npm start" };

async function measure(plan: Plan, report: (line: string) => void): Promise<readonly Row[]> {
  report("building the packages");
  await promisify(execFile)("npx", ["tsc", "-b", "packages/cli"], { cwd: ROOT });
  const directory = mkdtempSync(join(tmpdir(), "latchkey-start-"));
  try {
    const folder = (name: string): string => {
      const path = join(directory, name);
      mkdirSync(path, { recursive: true });
      return path;
    };
    const [used, large] = [folder("used"), folder("large")];
    const caches = { built: folder("cache-built"), sources: folder("cache-sources") };
    report("loading 100,000 sessions");
    const keys = { directory: join(large, "keys") };
    await createFixture(join(large, "data"), { sessions: SESSIONS, tokens: 0 }, keys);
    for (const program of PROGRAMS) await startOnce(program, used, caches[program]);
    const figures = new Map<string, Started[]>();
    const start = async (
      name: string,
      program: Program,
      places: readonly [string, string],
    ): Promise<void> => {
      const list = figures.get(name) ?? [];
      list.push(await startOnce(program, ...places));
      figures.set(name, list);
    };
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const program of PROGRAMS) {
        await start(`later, ${program}`, program, [used, caches[program]]);
        // No goal hangs on it.
        if (round % FIRST_STARTS !== 0) continue;
        const nothing = folder("nothing");
        await start(`first, ${program}`, program, [nothing, join(nothing, "cache")]);
        rmSync(nothing, { recursive: true });
      }
      await start("large, built", "built", [large, caches.built]);
      const line = [...figures].map(
        ([name, list]) => `${name} ${list.at(-1)?.ready.toFixed(0)} ms`,
      );
      report(`round ${round + 1} of ${plan.rounds}: ${line.join("; ")}`);
    }
    const of = (name: string, member: keyof Started): number =>
      median((figures.get(name) ?? []).map((started) => started[member]));
    const megabytes = (bytes: number): number => bytes / 1024 / 1024;
    return [
      ...PROGRAMS.flatMap((program) => [
        row(
          `first answer, later start, ${NAMES[program]}`,
          "ms",
          of(`later, ${program}`, "ready"),
          1000,
        ),
        row(
          `processor time until then, ${NAMES[program]}`,
          "CPU ms",
          of(`later, ${program}`, "processor"),
          null,
        ),
        row(
          `first answer, first start of all, ${NAMES[program]}`,
          "ms",
          of(`first, ${program}`, "ready"),
          null,
        ),
      ]),
      row(
        `first answer, 100,000 sessions, ${NAMES.built}`,
        "ms",
        of("large, built", "ready"),
        1000,
      ),
      row("memory at rest", "MiB", megabytes(of("later, built", "resident")), null),
      row(
        "memory at rest, 100,000 sessions",
        "MiB",
        megabytes(of("large, built", "resident")),
        null,
      ),
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
  minutes: ({ rounds }) => (25_000 + rounds * (3 + 2 / FIRST_STARTS) * 1400) / 60_000,
  measure,
};
