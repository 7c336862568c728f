// The one text that a store refuses: PostgreSQL holds no U+0000, so neither does the embedded store.
// Apart because both engines throw it, and the answer to it is the client's mistake.

/** Thrown for a text with U+0000, before anything is sent to the store. */
export class UnstorableText extends TypeError {
  override readonly name = "UnstorableText";

  constructor() {
    super("a text bound to a statement holds U+0000");
  }
}

/** @throws UnstorableText */
export function requireStorable(text: string): string {
  if (text.includes("\u0000")) throw new UnstorableText();
  return text;
}
