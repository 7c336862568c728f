// Where a user is signed in: end one session, or all.

import type { ReactElement } from "react";
import { useAction, useReading } from "../api/use-api.tsx";
import type { Device, Page } from "../api/wire.ts";
import { DeviceRow } from "../layout/device-row.tsx";
import { ConfirmButton } from "../layout/dialog.tsx";
import { Card } from "../layout/page.tsx";
import { Empty, Reading } from "../layout/states.tsx";
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
                <DeviceRow
                  key={session.id}
                  device={session}
                  path={`${path}/sessions`}
                  changes={changes}
                />
              ))}
            </ul>
          )
        }
      </Reading>
    </Card>
  );
}
