// What a language must have: a text for every kind of mail. A kind without one does not compile.

import type { MailText } from "../templates/layout.ts";
import type { MailFacts } from "../templates/mail-facts.ts";

/** The mails of one language. */
export type Translation = {
  readonly [Kind in keyof MailFacts]: (facts: MailFacts[Kind], productName: string) => MailText;
};
