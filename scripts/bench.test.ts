// What documents say of the measurements is what the result files say: `npm run bench:tables` writes it.
// And a run of all suites takes no longer than is promised.

import { expect, test } from "vitest";
import { defaultPlan } from "../bench/src/interleave.ts";
import { defaultSuites, ROUNDS, suites } from "../bench/src/suites.ts";
import { renderRows, renewDocuments, replaceBlock } from "../bench/src/tables/tables.ts";

/** Minutes that `npm run bench` may take on two cores. */
const PROMISED = 20;

test.each(renewDocuments())("$path has the tables of the result files", ({ text, renewed }) => {
  expect(text).toBe(renewed);
});

test("a document without a block is refused, and the rest of it is left alone", () => {
  const block = { name: "table x", text: "new" };
  expect(() => replaceBlock("no block", block, "a.md")).toThrow("a.md");
  expect(replaceBlock("a\n<!-- table x -->\nold\n<!-- /table x -->\nb", block, "a.md")).toBe(
    "a\n<!-- table x -->\n\nnew\n\n<!-- /table x -->\nb",
  );
});

test("rows that are lost are in the table, with every peer", () => {
  const table = renderRows([
    {
      name: "token",
      unit: "op/s",
      ours: 387.4,
      peers: { slow: 12, fast: 596 },
      limit: 1000,
      ratioToBestPeer: 0.65,
      ratioToLimit: 0.39,
      goal: ">= 1 of fast",
      met: false,
    },
  ]);
  const cells = (table.split("\n")[2] ?? "").split("|").map((cell) => cell.trim());
  expect(cells).toEqual([
    "",
    "token",
    "387 op/s",
    "fast 596, slow 12",
    "1,000",
    "0.65",
    "0.39",
    ">= 1 of fast",
    "**not met**",
    "",
  ]);
});

test("all suites but those that run only by name take less than what is promised", async () => {
  let minutes = 0;
  for (const name of defaultSuites) {
    const suite = await suites[name]?.();
    const rounds = suite?.rounds ?? ROUNDS;
    expect(rounds).toBeGreaterThanOrEqual(15);
    minutes += suite?.minutes({ ...defaultPlan, rounds }) ?? Number.NaN;
  }
  expect(minutes).toBeLessThan(PROMISED);
});
