// `npm run bench:tables`: renews the tables of docs/performance.md and the charts that the README shows.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renewDocuments } from "./tables.ts";

for (const { path, text, renewed } of renewDocuments()) {
  if (text === renewed) continue;
  writeFileSync(join(import.meta.dirname, "..", "..", "..", path), renewed);
  process.stdout.write(`wrote ${path}\n`);
}
