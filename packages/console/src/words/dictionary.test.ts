import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dictionary } from "./dictionary.ts";

const sources = join(import.meta.dirname, "..");

/** Texts that the sources hand to `t`, directly or through a table of words. */
function usedTexts(path: string, text: string): readonly string[] {
  const patterns = [/\bt\(\s*"((?:[^"\\]|\\.)*)"/g];
  if (/(?:events|mails)\.ts$/.test(path)) patterns.push(/: "((?:[^"\\]|\\.)*)",/g);
  if (path.endsWith("causes.ts")) patterns.push(/^ {2}"((?:[^"\\]|\\.)*)",$/gm);
  if (/(?:claim-words|refusals)\.ts$/.test(path))
    patterns.push(/(?:title|about): "((?:[^"\\]|\\.)*)"/g);
  if (path.endsWith("navigation.ts")) patterns.push(/label: "((?:[^"\\]|\\.)*)"/g);
  if (path.endsWith("problem.ts")) patterns.push(/(?:title|detail): "((?:[^"\\]|\\.)*)"/g);
  return patterns.flatMap((pattern) =>
    Array.from(text.matchAll(pattern), ([, found = ""]) => found.replaceAll('\\"', '"')),
  );
}

const files = readdirSync(sources, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|dictionary\.ts$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(sources, path), "utf8") }));
const used = new Set(files.flatMap(({ path, text }) => usedTexts(path, text)));

describe("the dictionary", () => {
  it("has every text that the console says", () => {
    expect(used.size).toBeGreaterThan(300);
    expect([...used].filter((text) => !Object.hasOwn(dictionary, text))).toEqual([]);
  });

  it("has no text that nobody says", () => {
    const all = files.map(({ text }) => text).join("\n");
    const unsaid = Object.keys(dictionary).filter((text) => !all.includes(JSON.stringify(text)));
    expect(unsaid).toEqual([]);
  });

  it("keeps the marks of values in every language", () => {
    const marks = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const [english, translations] of Object.entries(dictionary)) {
      for (const translation of translations) {
        expect([english, translation.trim() === "", marks(translation)]).toEqual([
          english,
          false,
          marks(english),
        ]);
      }
    }
  });

  it("notices a planted text that it lacks", () => {
    expect(usedTexts("x.tsx", 't("Never translated")')).toEqual(["Never translated"]);
    expect(Object.hasOwn(dictionary, "Never translated")).toBe(false);
  });
});
