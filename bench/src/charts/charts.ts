// Which charts there are: one for each result file, of the figures that a reader of the README looks
// for first. The full tables stand in docs/performance.md and in the files themselves.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../result.ts";
import { isComparison, renderChart } from "./render-chart.ts";

const RESULTS: string = join(import.meta.dirname, "..", "..", "results");

/** Where the charts are written. */
export const CHARTS: string = join(import.meta.dirname, "..", "..", "..", "docs", "charts");

/** What a suite is called, for whoever does not know it. */
export const TITLES: Readonly<Record<string, string>> = {
  jose: "Signing and verifying a JWT",
  guard: "An API behind a guard",
  login: "Signing in",
  refresh: "Renewing a session",
  "take-back": "Taking back",
  postgres: "Many nodes on PostgreSQL",
  start: "Starting",
  growth: "Growing",
};

/** Of suites with many rows, those that are drawn. */
const DRAWN: Readonly<Record<string, RegExp>> = {
  jose: /^(?:verify|sign) (?:ES256|EdDSA|RS256|HS256)$/,
};

/** A chart and the name of its file. */
export interface Chart {
  readonly file: string;
  readonly svg: string;
}

/** Draws the charts of all result files that have something to draw. */
export function drawCharts(): readonly Chart[] {
  return readdirSync(RESULTS)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .flatMap((file) => {
      const suite = file.slice(0, -".json".length);
      // Our own files, written by result.ts.
      const { meta, rows } = JSON.parse(readFileSync(join(RESULTS, file), "utf8")) as Result;
      const drawn = rows.filter((row) => (DRAWN[suite] ?? /./).test(row.name));
      if (!drawn.some(isComparison)) return [];
      const when = `${meta.cpu}, Node ${meta.node}, ${meta.date.slice(0, 10)}`;
      const svg = renderChart(
        TITLES[suite] ?? suite,
        `median of interleaved rounds; ${when}`,
        drawn,
      );
      return [{ file: `${suite}.svg`, svg }];
    });
}
