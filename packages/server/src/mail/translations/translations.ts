// The register of languages. To add one: a file beside en.ts, and an entry here and in language.ts.

import type { Language } from "../language.ts";
import { german } from "./de.ts";
import { english } from "./en.ts";
import { french } from "./fr.ts";
import type { Translation } from "./translation.ts";

/** Language -> its mails. */
export const translations: Readonly<Record<Language, Translation>> = {
  en: english,
  de: german,
  fr: french,
};
