// A mail as text, with its links to click. The HTML form says the same; foreign markup is never
// put into this page.

import { Anchor } from "@mantine/core";
import type { ReactElement } from "react";

const LINK = /(https?:\/\/[^\s<>"]+)/;

/** The body of a mail. */
export function MailBody({ text }: { readonly text: string }): ReactElement {
  return (
    <div
      style={{
        whiteSpace: "pre-wrap",
        padding: 16,
        borderRadius: 8,
        background: "var(--lk-page)",
        lineHeight: 1.55,
      }}
    >
      {text
        .trim()
        .split(LINK)
        .map((part, place) =>
          LINK.test(part) ? (
            // Parts are in the order of the text, which does not change.
            // eslint-disable-next-line react/no-array-index-key
            <Anchor key={place} td="underline" href={part} target="_blank" rel="noreferrer">
              {part}
            </Anchor>
          ) : (
            part
          ),
        )}
    </div>
  );
}
