// The teaching aid: what the token in this page's memory says, in words, renewed as it changes.

import type { SignedIn } from "@latchkey/client";
import { card, h } from "./dom.ts";
import { claimsInWords } from "./token-words.ts";

/** The card; `update` shows the claims of the moment. */
export interface TokenCard {
  readonly element: HTMLElement;
  update(session: SignedIn): void;
}

/** Makes the card. */
export function createTokenCard(): TokenCard {
  const list = h("dl");
  return {
    element: card(
      "What your token says",
      h(
        "p",
        { class: "quiet" },
        "The page keeps it in memory only and sends it with every request. The clinic reads it without asking anybody.",
      ),
      list,
    ),
    update: (session) => {
      const entries = claimsInWords(session.claims, Date.now());
      list.replaceChildren(
        ...entries.flatMap(({ claim, words }) => [
          h("dt", {}, h("code", {}, claim)),
          h("dd", {}, words),
        ]),
      );
    },
  };
}
