import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refusalWords } from "./refusals.ts";

/** The codes that there are, out of the file that has them. */
const registry = readFileSync(
  join(import.meta.dirname, "../../../protocol/src/error-registry.ts"),
  "utf8",
);
const said = [...registry.matchAll(/^ {2}([a-z_]+): \{$/gm)].map(([, code = ""]) => {
  const words = refusalWords({ code, title: "", detail: "20" });
  return { words, isOwn: words.about !== "20" };
});

describe("refusalWords", () => {
  it("says what people meet without the names of headers, paths and members", () => {
    const own = said.filter(({ isOwn }) => isOwn);
    expect(own.length).toBeGreaterThan(20);
    for (const { words } of own) {
      expect(`${words.title} ${words.about}`).not.toMatch(/`|Retry-After|POST|\/auth|--|JSON/);
    }
  });

  it("keeps the number of the server's detail", () => {
    const problem = { code: "password_too_short", title: "T", detail: "At least 15 characters." };
    expect(refusalWords(problem)).toMatchObject({
      about: "Use at least {n} characters; a sentence is fine.",
      values: { n: "15" },
    });
    const numberless = { ...problem, detail: "More." };
    expect(refusalWords(numberless)).toMatchObject({ title: "T", about: "More." });
  });

  it("says what it does not know in the server's words", () => {
    const problem = { code: "constructor", title: "New", detail: "Do this." };
    expect(refusalWords(problem)).toMatchObject({ title: "New", about: "Do this." });
  });
});
