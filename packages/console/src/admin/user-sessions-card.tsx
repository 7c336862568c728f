// Where a user is signed in: end one session, or all.

import { Button, Group, Text } from "@mantine/core";
import type { ReactElement } from "react";
import { useAction, useReading } from "../api/use-api.tsx";
import type { Device, Page } from "../api/wire.ts";
import { ConfirmButton } from "../layout/dialog.tsx";
import { Card } from "../layout/page.tsx";
import { Empty, Reading } from "../layout/states.tsx";
import { Ago, Time } from "../layout/time.tsx";
import { useWords } from "../words/words.tsx";

/** The card. @param path - of the user */
export function UserSessionsCard({ path }: { readonly path: string }): ReactElement {
  const { t } = useWords();
  const sessions = useReading<Page<Device>>(`${path}/sessions`);
  const changes = [`${path}/sessions`, "/auth/admin/audit"];
  const endAll = useAction({
    send: (api) => api.delete(`${path}/sessions`),
    changes,
    done: t("Signed out everywhere"),
  });
  const hasAny = (sessions.data?.items.length ?? 0) > 0;
  return (
    <Card
      title={t("Signed-in devices")}
      actions={
        hasAny ? (
          <ConfirmButton
            label={t("Sign out everywhere")}
            title={t("Sign this user out everywhere?")}
            about={t("All sessions end and all tokens are refused within a second.")}
            confirm={t("Sign out everywhere")}
            isRunning={endAll.isRunning}
            onConfirm={() => endAll.run()}
          />
        ) : null
      }
      isFlush
    >
      <Reading of={sessions}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="device" title={t("Not signed in anywhere")} />
          ) : (
            <ul className="lk-list">
              {items.map((session) => (
                <SessionRow key={session.id} session={session} path={path} changes={changes} />
              ))}
            </ul>
          )
        }
      </Reading>
    </Card>
  );
}

function SessionRow(props: {
  readonly session: Device;
  readonly path: string;
  readonly changes: readonly string[];
}): ReactElement {
  const { t } = useWords();
  const { session, path, changes } = props;
  const name = session.device ?? t("Unknown device");
  const end = useAction({
    send: (api) => api.delete(`${path}/sessions/${session.id}`),
    changes,
    done: t("{name} is signed out", { name }),
  });
  return (
    <li className="lk-card-row">
      <Group justify="space-between" px="lg" py="sm" gap="sm">
        <div>
          <Text fw={600}>{name}</Text>
          <Text size="sm" c="dimmed">
            {session.place === null ? null : `${session.place} · `}
            {t("active")} <Ago at={session.last_seen_at} /> · {t("signed in")}{" "}
            <Time at={session.created_at} />
          </Text>
        </div>
        <Button
          variant="default"
          size="xs"
          loading={end.isRunning}
          aria-label={t("Sign out {name}", { name })}
          onClick={() => end.run()}
        >
          {t("Sign out")}
        </Button>
      </Group>
    </li>
  );
}
