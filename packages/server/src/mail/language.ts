// In which language a mail is written: the best of ours that the request asks for. RFC 9110 section
// 12.5.4. The header is a wish and may be anything, so what cannot be read counts as no wish.

/** The languages that mails exist in. */
export const LANGUAGES = ["en", "de", "fr"] as const;

/** A language that mails exist in. */
export type Language = (typeof LANGUAGES)[number];

/** Characters of the header that are read. */
const MAX_ACCEPT_LANGUAGE = 256;

const RANGE = /^([a-z]{1,8}|\*)(?:-[a-z0-9-]*)?(?:;q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/;

/**
 * Selects a language by `Accept-Language`. Only the primary tag counts: `de-CH` is German.
 *
 * @param fallback - for a request that names none of ours
 */
export function selectLanguage(header: string | null | undefined, fallback: Language): Language {
  if (header === null || header === undefined || header.length > MAX_ACCEPT_LANGUAGE) {
    return fallback;
  }
  let best = { language: fallback, weight: 0 };
  for (const range of header.toLowerCase().replaceAll(/[ \t]/g, "").split(",")) {
    const [, tag, weight = "1"] = RANGE.exec(range) ?? [];
    const language = tag === "*" ? fallback : LANGUAGES.find((known) => known === tag);
    // Among equals the first stands.
    if (language !== undefined && Number(weight) > best.weight) {
      best = { language, weight: Number(weight) };
    }
  }
  return best.language;
}
