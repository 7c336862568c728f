// The keys: each on a line of time, from when it was made to when nothing signed by it can be alive
// any more. Rotating is routine; taking back is for a key that somebody may have copied.

import { Badge, Group, Stack, Text } from "@mantine/core";
import type { ReactElement } from "react";
import { useAction, useReading } from "../api/use-api.tsx";
import type { Key, Page as WirePage } from "../api/wire.ts";
import { ConfirmButton } from "../layout/dialog.tsx";
import { Card, Page } from "../layout/page.tsx";
import { Empty, Reading } from "../layout/states.tsx";
import { Time } from "../layout/time.tsx";
import { formatTime } from "../words/times.ts";
import { useWords } from "../words/words.tsx";
import { spanOf, type TimeSpan, timelineOf } from "./key-timeline.ts";

const PATH = "/auth/admin/keys";
const ORDER: readonly Key["state"][] = ["current", "next", "retired", "revoked", "expired"];
const COLORS = {
  current: "#3b5bdb",
  next: "#7048e8",
  retired: "#868e99",
  expired: "#868e99",
  revoked: "#c92a2a",
} as const;

/** The page. */
export function KeysPage(): ReactElement {
  const { t } = useWords();
  const keys = useReading<WirePage<Key>>(PATH);
  const rotate = useAction({
    send: (api) => api.post(`${PATH}/rotate`, {}),
    changes: [PATH],
    done: t("The next key signs from now on; tokens of the former one stay good"),
  });
  const rotateRefresh = useAction({
    send: (api) => api.post(`${PATH}/refresh`),
    changes: [PATH],
    done: t("A new refresh key is in use; nobody was signed out"),
  });
  return (
    <Page
      title={t("Keys")}
      about={t(
        "They change by themselves. Rotate by hand when a rule asks for it; take a key back when somebody may have copied it.",
      )}
    >
      <Reading of={keys} lines={8}>
        {({ items }) => {
          const span = spanOf(items, Date.now());
          const group = (purpose: Key["purpose"]) =>
            items
              .filter((key) => key.purpose === purpose)
              .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
          return (
            <>
              <KeyCard
                title={t("Signing keys")}
                about={t(
                  "They sign access tokens. The next one is published before it signs, so every guard knows it.",
                )}
                keys={group("signing")}
                span={span}
                canRevoke
                action={
                  <ConfirmButton
                    label={t("Rotate")}
                    accessibleLabel={t("Rotate signing keys")}
                    title={t("Rotate signing keys?")}
                    about={t(
                      "The next key begins to sign. Nobody is signed out, and no token is refused.",
                    )}
                    confirm={t("Rotate")}
                    isRunning={rotate.isRunning}
                    onConfirm={() => rotate.run()}
                  />
                }
              />
              <KeyCard
                title={t("Feed keys")}
                about={t("They sign the list of what was taken back, which guards follow.")}
                keys={group("feed")}
                span={span}
              />
              <KeyCard
                title={t("Refresh keys")}
                about={t(
                  "They protect refresh tokens. An old one is kept while a session needs it.",
                )}
                keys={group("refresh")}
                span={span}
                action={
                  <ConfirmButton
                    label={t("Rotate")}
                    accessibleLabel={t("Rotate refresh keys")}
                    title={t("Rotate the refresh key?")}
                    about={t(
                      "New refresh tokens are protected by a new key. Nobody is signed out.",
                    )}
                    confirm={t("Rotate")}
                    isRunning={rotateRefresh.isRunning}
                    onConfirm={() => rotateRefresh.run()}
                  />
                }
              />
            </>
          );
        }}
      </Reading>
    </Page>
  );
}

function KeyCard(props: {
  readonly title: string;
  readonly about: string;
  readonly keys: readonly Key[];
  readonly span: TimeSpan;
  readonly canRevoke?: boolean;
  readonly action?: ReactElement;
}): ReactElement {
  const { t } = useWords();
  const { title, about, keys, span, canRevoke = false, action } = props;
  return (
    <Card title={title} about={about} actions={action} isFlush>
      {keys.length === 0 ? <Empty icon="key" title={t("No key")} /> : null}
      <ul className="lk-list">
        {keys.map((key) => (
          <KeyRow
            key={`${key.purpose} ${key.kid}`}
            item={key}
            group={keys}
            span={span}
            canRevoke={canRevoke}
          />
        ))}
      </ul>
    </Card>
  );
}

function KeyRow(props: {
  readonly item: Key;
  readonly group: readonly Key[];
  readonly span: TimeSpan;
  readonly canRevoke: boolean;
}): ReactElement {
  const { t, locale } = useWords();
  const { item, group, span, canRevoke } = props;
  const revoke = useAction({
    send: (api) => api.post(`${PATH}/revoke`, { kid: item.kid }),
    changes: [PATH],
    done: t("Key taken back; every token that it signed is refused"),
  });
  const states: Readonly<Record<Key["state"], string>> = {
    current: t("In use"),
    next: t("Next"),
    retired: t("Still verifies"),
    expired: t("Over"),
    revoked: t("Taken back"),
  };
  const bar = timelineOf(item, group, span);
  return (
    <li className="lk-card-row">
      <Stack gap={8} px="lg" py="md">
        <Group justify="space-between" gap="sm">
          <Group gap="xs">
            <span className="lk-mono" style={{ fontWeight: 600 }}>
              {item.kid}
            </span>
            <Badge variant="default" tt="none" fw={500}>
              {item.alg}
            </Badge>
            <Badge variant="light" color={badgeColor(item.state)}>
              {states[item.state]}
            </Badge>
          </Group>
          {canRevoke && item.state !== "revoked" && item.state !== "expired" ? (
            <ConfirmButton
              label={t("Take back")}
              accessibleLabel={t("Take back key {name}", { name: item.kid })}
              title={t("Take this key back?")}
              about={t(
                "Every token that it signed is refused within a second. Sessions live: clients renew silently with the next key.",
              )}
              confirm={t("Take back")}
              isRunning={revoke.isRunning}
              onConfirm={() => revoke.run()}
            />
          ) : null}
        </Group>
        <div
          className="lk-timeline"
          role="img"
          aria-label={t("{state}: from {from} to {to}", {
            state: states[item.state],
            from: formatTime(item.active_at, locale),
            to: item.retired_at === null ? t("now") : formatTime(item.retired_at, locale),
          })}
        >
          {bar.map(({ left, width, isPlanned }) => (
            <div
              key={String(isPlanned)}
              className="lk-timeline-bar"
              {...(isPlanned || item.state === "expired" ? { "data-planned": true } : {})}
              style={{ left: `${left}%`, width: `${width}%`, background: COLORS[item.state] }}
            />
          ))}
          <div className="lk-timeline-now" style={{ left: `${span.now}%` }} />
        </div>
        <Text size="sm" c="dimmed">
          {item.state === "next" ? t("signs from") : t("in use since")} <Time at={item.active_at} />
          {item.retired_at === null ? null : (
            <>
              {" · "}
              {t("until")} <Time at={item.retired_at} />
            </>
          )}
        </Text>
      </Stack>
    </li>
  );
}

function badgeColor(state: Key["state"]): string {
  return { current: "indigo", next: "violet", retired: "gray", expired: "gray", revoked: "red" }[
    state
  ];
}
