// The devices that are signed in: sign one out, all others, or all.

import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import type { ReactElement } from "react";
import { useAction, usePages } from "../api/use-api.tsx";
import type { Device } from "../api/wire.ts";
import { ConfirmButton } from "../layout/dialog.tsx";
import { Icon } from "../layout/icons.tsx";
import { Card, Page } from "../layout/page.tsx";
import { Empty, Failure, Loading } from "../layout/states.tsx";
import { Ago, Time } from "../layout/time.tsx";
import { useSession } from "../session/session-context.tsx";
import { useWords } from "../words/words.tsx";

/** The page. */
export function DevicesPage(): ReactElement {
  const { t } = useWords();
  const session = useSession();
  const devices = usePages<Device>("/auth/sessions", "after");
  const others = useAction({
    send: (call) => call.delete("/auth/sessions?except=current"),
    changes: ["/auth/sessions"],
    done: t("All other devices are signed out"),
  });
  const everywhere = useAction({
    send: (call) => call.delete("/auth/sessions"),
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
        {devices.problem === null ? null : (
          <Failure problem={devices.problem} onRetry={devices.retry} />
        )}
        {devices.isEmpty ? <Empty icon="device" title={t("No device is signed in")} /> : null}
        <ul className="lk-list">
          {devices.items.map((device) => (
            <DeviceRow key={device.id} device={device} />
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

function DeviceRow({ device }: { readonly device: Device }): ReactElement {
  const { t } = useWords();
  const name = device.device ?? t("Unknown device");
  const end = useAction({
    send: (api) => api.delete(`/auth/sessions/${device.id}`),
    changes: ["/auth/sessions"],
    done: t("{name} is signed out", { name }),
  });
  return (
    <li className="lk-card-row">
      <Group justify="space-between" px="lg" py="md" gap="sm">
        <Group gap="md" wrap="nowrap" style={{ flex: "1 1 260px" }}>
          <Icon name={/iPhone|Android/.test(name) ? "phone" : "device"} size={24} />
          <Stack gap={0}>
            <Group gap="xs">
              <Text fw={600}>{name}</Text>
              {device.current ? (
                <Badge color="green" variant="light">
                  {t("This device")}
                </Badge>
              ) : null}
            </Group>
            <Text size="sm" c="dimmed">
              {device.place === null ? null : `${device.place} · `}
              {t("active")} <Ago at={device.last_seen_at} /> · {t("signed in")}{" "}
              <Time at={device.created_at} />
            </Text>
          </Stack>
        </Group>
        {device.current ? null : (
          <Button
            variant="default"
            size="xs"
            loading={end.isRunning}
            aria-label={t("Sign out {name}", { name })}
            onClick={() => end.run()}
          >
            {t("Sign out")}
          </Button>
        )}
      </Group>
    </li>
  );
}
