// The claims of a token in words: what each is, what it says, and its times as times.

import { Text } from "@mantine/core";
import type { ReactElement } from "react";
import { formatDistance, formatExactTime } from "../words/times.ts";
import { useWords } from "../words/words.tsx";
import { claimWords, valueWords } from "./claim-words.ts";

/** The list. */
export function ClaimList(props: {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly header: Readonly<Record<string, unknown>>;
}): ReactElement {
  const entries = [...Object.entries(props.claims), ...Object.entries(props.header)];
  return (
    <div>
      {entries.map(([name, value]) => (
        <Claim key={name} name={name} value={value} />
      ))}
    </div>
  );
}

function Claim(props: { readonly name: string; readonly value: unknown }): ReactElement {
  const { t, locale } = useWords();
  const { name, value } = props;
  const words = claimWords(name);
  return (
    <div className="lk-claim">
      <div>
        <Text fw={600} size="sm">
          {words === undefined ? t("Your own claim") : t(words.title)}
        </Text>
        <Text size="sm" c="dimmed" className="lk-mono">
          {name}
        </Text>
      </div>
      <div>
        {words?.kind === "time" && typeof value === "number" ? (
          <Text size="sm">
            {formatExactTime(value * 1000, locale)} (
            {formatDistance(value * 1000, Date.now(), locale)})
          </Text>
        ) : (
          <Text size="sm" className={words?.kind === "text" ? "lk-mono" : ""}>
            {valueWords(name, value) || t("None")}
          </Text>
        )}
        {words === undefined ? null : (
          <Text size="sm" c="dimmed">
            {t(words.about)}
          </Text>
        )}
      </div>
    </div>
  );
}
