// The one way by which features write to people: a kind and its facts become a mail in the right
// language, and go to the queue. It returns at once and never throws, so no answer waits for mail. A
// mail to nobody is written all the same and thrown away: whoever asks must not learn from the time
// whether there was somebody to write to (N2).

import { type Language, selectLanguage } from "./language.ts";
import type { Mailer } from "./mailer.ts";
import { renderMail } from "./templates/layout.ts";
import type { MailFacts, MailKind } from "./templates/mail-facts.ts";
import { translations } from "./translations/translations.ts";

/** Whom a mail goes to. */
export interface Recipient {
  /** Normalised. */
  readonly email: string;
  /** Null when the address is nobody's yet. */
  readonly userId: string | null;
  /** `Accept-Language` of the request; left out when the recipient did not make it. */
  readonly acceptLanguage?: string | null | undefined;
}

/** Writes mails. */
export interface Post {
  /**
   * Writes a mail and queues it.
   *
   * @param to - null: nobody; the same work, and no mail
   * @example
   * ```ts
   * post.send("password_changed", { from }, { email, userId, acceptLanguage });
   * ```
   */
  send<Kind extends MailKind>(kind: Kind, facts: MailFacts[Kind], to: Recipient | null): void;
}

/** Creates the post of a server. */
export function createPost(options: {
  readonly mailer: Pick<Mailer, "send">;
  readonly issuer: string;
  readonly productName: string;
  /** For requests that name none of ours. */
  readonly mailLanguage: Language;
}): Post {
  const { mailer, issuer, productName, mailLanguage } = options;
  return {
    send(kind, facts, to) {
      const language = selectLanguage(to?.acceptLanguage, mailLanguage);
      const content = renderMail(translations[language][kind](facts, productName), {
        language,
        productName,
        issuer,
      });
      if (to === null) return;
      const until = endOf(facts);
      const { email, userId } = to;
      const mail = { ...content, kind, to: email, userId };
      mailer.send(until === undefined ? mail : { ...mail, until });
    },
  };
}

// When the link and the code of a mail work no more.
function endOf(facts: MailFacts[MailKind]): number | undefined {
  return "minutes" in facts ? facts.from.now + facts.minutes * 60_000 : undefined;
}
