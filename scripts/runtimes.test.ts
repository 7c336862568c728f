// The portable suite on the oldest Node supported and on the pinned one. The others take
// `npm run test:runtimes`.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { run, repository } from "./run.mjs";
import { documentedGaps, runSuite } from "./runtimes.mjs";

const page = readFileSync(join(repository, "docs", "runtimes.md"), "utf8");

beforeAll(() => {
  if (!run(["tsc", "-b", "packages/jose"])) throw new Error("@latchkey/jose does not build");
}, 120_000);

test.each(["Node 20", "Node 24"] as const)(
  "the portable suite on %s",
  (runtime) => {
    const { runtime: name, passed, failures, missing } = runSuite(runtime);
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThan(70);
    expect(name.startsWith(runtime)).toBe(true);
    expect(missing).toEqual(documentedGaps(page, runtime));
  },
  180_000,
);

test("a lie about a runtime shows", () => {
  const lie = page.replace("| Node 24 | `node@24` | nothing", "| Node 24 | `node@24` | `HS256`");
  expect(lie).not.toBe(page);
  expect(documentedGaps(lie, "Node 24")).toEqual(["HS256"]);
  expect(documentedGaps(page, "Node 24")).toEqual([]);
});
