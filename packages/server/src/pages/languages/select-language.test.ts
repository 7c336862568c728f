import { describe, expect, it } from "vitest";
import { LANGUAGES, selectLanguage } from "./select-language.ts";

const select = (query?: string, cookie?: string, acceptLanguage?: string) =>
  selectLanguage({ query, cookie, acceptLanguage }).code;

describe("the language of a page", () => {
  it("is asked for, remembered, or what the browser wants, in this order", () => {
    expect(select("fr", "de", "en")).toBe("fr");
    expect(select(undefined, "de", "fr")).toBe("de");
    expect(select("xx", "yy", "fr")).toBe("fr");
    expect(select()).toBe("en");
  });

  it.each([
    ["de-CH, de;q=0.9, en;q=0.8", "de"],
    ["nl, fr-CA;q=0.7, de;q=0.6", "fr"],
    ["en;q=0.1, de;q=0.2", "de"],
    ["fr;q=0, de;q=0.1", "de"],
    ["nl, es", "en"],
    ["DE", "de"],
    ["de;q=junk", "en"],
    ["*", "en"],
    ["fr,".repeat(200), "en"],
    ["__proto__", "en"],
  ])("of %s is %s", (header, code) => {
    expect(select(undefined, undefined, header)).toBe(code);
  });
});

describe("the dictionaries", () => {
  it("name themselves, and leave nothing untranslated", () => {
    expect(LANGUAGES.map(({ code }) => code)).toEqual(["en", "de", "fr"]);
    const [english, ...others] = LANGUAGES;
    for (const language of others) {
      const same = Object.entries(language.problems).filter(
        ([name, text]) => text === Reflect.get(english?.problems ?? {}, name),
      );
      expect(same).toEqual([]);
    }
  });
});
