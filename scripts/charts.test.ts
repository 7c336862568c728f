// The charts of the README are those of the result files: `npm run bench:charts` draws them.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CHARTS, drawCharts } from "../bench/src/charts/charts.ts";

const charts = drawCharts();

test("there is a chart for each suite that compares, and no other", () => {
  expect(readdirSync(CHARTS).sort()).toEqual(charts.map(({ file }) => file).sort());
});

test.each(charts)("$file is the chart of its result file", ({ file, svg }) => {
  expect(readFileSync(join(CHARTS, file), "utf8")).toBe(svg);
});
