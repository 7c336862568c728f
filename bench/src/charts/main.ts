// `npm run bench:charts`: draws docs/charts from the result files.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CHARTS, drawCharts } from "./charts.ts";

mkdirSync(CHARTS, { recursive: true });
for (const { file, svg } of drawCharts()) {
  writeFileSync(join(CHARTS, file), svg);
  process.stdout.write(`wrote docs/charts/${file}\n`);
}
