import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sayCause } from "./causes.ts";
import { dictionary } from "./dictionary.ts";
import type { Say } from "./words.tsx";

const german: Say = (text, values = {}) =>
  (dictionary[text]?.[0] ?? text).replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    String(values[name]),
  );
const say = (cause: string) => sayCause(cause, { t: german, locale: "en-GB" });

/** What the server says, out of the file that says it. */
const server = readFileSync(
  join(import.meta.dirname, "../../../server/src/maintenance/explain-token.ts"),
  "utf8",
).replaceAll(/" \+\s+"/g, "");

describe("sayCause", () => {
  it("has every cause that the server says, in the reader's language", () => {
    const said = [...server.matchAll(/"((?:it|its|the|this|a|an|nothing|everything) [^"]{8,})"/g)]
      .map(([, text = ""]) => text)
      .filter((text) => !text.startsWith("no reason"));
    expect(said.length).toBeGreaterThan(25);
    expect(said.filter((text) => !Object.hasOwn(dictionary, text))).toEqual([]);
  });

  it("puts times and keys into words", () => {
    expect(say("the key that signed it (k1) was taken back")).toContain("k1");
    expect(say("the key that signed it (k1) was taken back")).toContain("zurückgenommen");
    const ended = say("the session ended at 2026-03-03T14:05:00.000Z: the user signed out");
    expect(ended).toMatch(/3 Mar 2026/);
    expect(ended).toContain("der Benutzer hat sich abgemeldet");
  });

  it("says what it does not know as it came", () => {
    for (const cause of ["something new", "the session ended at noon: x", ""]) {
      expect(say(cause)).toBe(cause);
    }
  });
});
