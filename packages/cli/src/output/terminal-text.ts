// Text that a terminal only shows. Names and details come from users, and a terminal obeys what is in
// them: ESC sequences, and C1 characters (U+0080 to U+009F), which are whole sequences in one character;
// characters of format turn the direction of what follows, or hide it. The one place that says which
// those are (O5).

const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const CONTROL_IN_LINES = /[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Shows control characters of one value as what they are: not printable. */
export function printable(text: string): string {
  return text.replace(CONTROL, "\u{FFFD}");
}

/** The same for whole lines, whose breaks and tabs are ours. */
export function printableLines(text: string): string {
  return text.replace(CONTROL_IN_LINES, "\u{FFFD}");
}

/** JSON on one line whose strings name control characters as `\uXXXX`: it reads back the same. */
export function printableJson(value: unknown): string {
  // JSON.stringify escapes U+0000 to U+001F only.
  return JSON.stringify(value).replace(CONTROL, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
