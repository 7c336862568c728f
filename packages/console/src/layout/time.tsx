// A moment in words; the exact time shows on hover and is what machines read.

import type { ReactElement } from "react";
import { formatDistance, formatExactTime, formatTime } from "../words/times.ts";
import { useWords } from "../words/words.tsx";

/** How long ago. */
export function Ago({ at }: { readonly at: string }): ReactElement {
  const { locale } = useWords();
  return (
    <time dateTime={at} title={formatExactTime(at, locale)}>
      {formatDistance(at, Date.now(), locale)}
    </time>
  );
}

/** The day and the time. */
export function Time({ at }: { readonly at: string }): ReactElement {
  const { locale } = useWords();
  return (
    <time dateTime={at} title={formatExactTime(at, locale)}>
      {formatTime(at, locale)}
    </time>
  );
}
