import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { errorRegistry } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { errorsPage } from "./errors-page.ts";
import { sourceFiles } from "./source-files.ts";

const repository = resolve(import.meta.dirname, "..");

/** The codes that no test text mentions in quotes, or as an element of a page. */
function untriggered(codes: readonly string[], testTexts: readonly string[]): readonly string[] {
  return codes.filter(
    (code) => !testTexts.some((text) => text.includes(`"${code}"`) || text.includes(`>${code}<`)),
  );
}

describe("error registry", () => {
  const texts = sourceFiles(repository)
    .filter((path) => path.endsWith(".test.ts") && !path.startsWith("scripts/"))
    .map((path) => readFileSync(join(repository, path), "utf8"));

  it("has the committed page docs/errors.md", () => {
    expect(readFileSync(join(repository, "docs/errors.md"), "utf8")).toBe(errorsPage());
  });

  it("has a test for each code", () => {
    expect(untriggered(Object.keys(errorRegistry), texts)).toEqual([]);
  });

  it("catches a planted code without a test", () => {
    expect(untriggered(["no_such_code_anywhere"], texts)).toEqual(["no_such_code_anywhere"]);
  });
});
