// The devices that are signed in: sign one out, all others, or all.

import { Button, Group } from "@mantine/core";
import type { ReactElement } from "react";
import { useAction, usePages } from "../api/use-api.tsx";
import type { Device } from "../api/wire.ts";
import { DeviceRow } from "../layout/device-row.tsx";
import { ConfirmButton } from "../layout/dialog.tsx";
import { Card, Page } from "../layout/page.tsx";
import { Empty, Failure, Loading } from "../layout/states.tsx";
import { useSession } from "../session/session-context.tsx";
import { useWords } from "../words/words.tsx";

const PATH = "/auth/sessions";

/** The page. */
export function DevicesPage(): ReactElement {
  const { t } = useWords();
  const session = useSession();
  const devices = usePages<Device>(PATH, "after");
  const others = useAction({
    send: (call) => call.delete(`${PATH}?except=current`),
    changes: [PATH],
    done: t("All other devices are signed out"),
  });
  const everywhere = useAction({
    send: (call) => call.delete(PATH),
    onDone: () => void session.signOut(),
  });

  return (
    <Page
      title={t("Devices")}
      about={t(
        "Where you are signed in. What you sign out here is refused everywhere within a second.",
      )}
      actions={
        <>
          <ConfirmButton
            size="sm"
            label={t("Sign out all others")}
            title={t("Sign out all other devices?")}
            about={t("Only this one stays signed in.")}
            confirm={t("Sign out all others")}
            isRunning={others.isRunning}
            onConfirm={() => others.run()}
          />
          <ConfirmButton
            size="sm"
            label={t("Sign out everywhere")}
            title={t("Sign out everywhere?")}
            about={t("This device too: you sign in again afterwards.")}
            confirm={t("Sign out everywhere")}
            isRunning={everywhere.isRunning}
            onConfirm={() => everywhere.run()}
          />
        </>
      }
    >
      <Card isFlush>
        {devices.isLoading ? <Loading /> : null}
        <Failure problem={devices.problem} onRetry={devices.retry} />
        {devices.isEmpty ? <Empty icon="device" title={t("No device is signed in")} /> : null}
        <ul className="lk-list">
          {devices.items.map((device) => (
            <DeviceRow key={device.id} device={device} path={PATH} changes={[PATH]} />
          ))}
        </ul>
      </Card>
      {devices.hasMore ? (
        <Group>
          <Button variant="default" loading={devices.isLoadingMore} onClick={devices.loadMore}>
            {t("Show more")}
          </Button>
        </Group>
      ) : null}
    </Page>
  );
}
