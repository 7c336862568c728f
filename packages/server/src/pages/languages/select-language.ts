// Which language a visitor reads: asked for by `?lang=`, remembered in a cookie that holds nothing but
// the two letters, or what the browser asks for, read as for mails (mail/language.ts); else English.

import { selectLanguage as selectLanguageTag } from "../../mail/language.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { fr } from "./fr.ts";
import type { Messages } from "./messages.ts";

/** Every language, English first. */
export const LANGUAGES: readonly Messages[] = [en, de, fr];

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
    findLanguage(selectLanguageTag(wishes.acceptLanguage, "en")) ??
    en
  );
}

/** Finds a language by its two letters, as `?lang=` has them. */
export function findLanguage(code: string | undefined): Messages | undefined {
  return LANGUAGES.find((language) => language.code === code);
}
