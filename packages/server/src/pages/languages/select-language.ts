// Which language a visitor reads: asked for by `?lang=`, remembered in a cookie that holds nothing but
// the two letters, or what the browser asks for (RFC 9110 section 12.5.4); else English.

import { de } from "./de.ts";
import { en } from "./en.ts";
import { fr } from "./fr.ts";
import type { Messages } from "./messages.ts";

/** Every language, English first. */
export const LANGUAGES: readonly Messages[] = [en, de, fr];

/** Characters of Accept-Language that are read. */
const MAX_HEADER_LENGTH = 256;

/** Where a wish for a language can come from. */
export interface LanguageWishes {
  readonly query: string | undefined;
  readonly cookie: string | undefined;
  readonly acceptLanguage: string | undefined;
}

/** Selects the language. */
export function selectLanguage(wishes: LanguageWishes): Messages {
  return (
    findLanguage(wishes.query) ??
    findLanguage(wishes.cookie) ??
    selectAccepted(wishes.acceptLanguage ?? "") ??
    en
  );
}

/** Finds a language by its two letters, as `?lang=` has them. */
export function findLanguage(code: string | undefined): Messages | undefined {
  return LANGUAGES.find((language) => language.code === code);
}

// `fr-CH, fr;q=0.9, en;q=0.8`: a region gets the language; among equals the first one wins.
function selectAccepted(header: string): Messages | undefined {
  if (header.length > MAX_HEADER_LENGTH) return undefined;
  const ranges = header.split(",").flatMap((range) => {
    const [tag = "", ...parameters] = range.split(";").map((part) => part.trim());
    const quality = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2) ?? "1";
    const language = findLanguage(tag.toLowerCase().split("-")[0]);
    const weight = /^[01](?:\.\d{0,3})?$/.test(quality) ? Number(quality) : 0;
    return language === undefined || weight === 0 ? [] : [{ language, weight }];
  });
  return ranges.toSorted((a, b) => b.weight - a.weight)[0]?.language;
}
