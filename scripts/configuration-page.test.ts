import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { configurationPage, readLimits } from "./configuration-page.ts";

const repository = resolve(import.meta.dirname, "..");

describe("docs/configuration.md", () => {
  it("is what the sources say; otherwise run `npm run docs:config`", () => {
    expect(readFileSync(join(repository, "docs/configuration.md"), "utf8")).toBe(
      configurationPage(repository),
    );
  });

  it("sees a planted limit", () => {
    const text = "/**\n * Bytes of a thing,\n * at most.\n */\nexport const MAX_THING = 4 * 1024;";
    expect(readLimits("x.ts", text)).toEqual([
      { path: "x.ts", name: "MAX_THING", value: "4 * 1024", about: "Bytes of a thing, at most." },
    ]);
  });
});
