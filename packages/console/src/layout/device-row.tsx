// A signed-in device in a list, with the way to sign it out: in one's own account, and at a user.

import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import type { ReactElement } from "react";
import { useAction } from "../api/use-api.tsx";
import type { Device } from "../api/wire.ts";
import { useWords } from "../words/words.tsx";
import { Icon } from "./icons.tsx";
import { Ago, Time } from "./time.tsx";

/** The row. */
export function DeviceRow(props: {
  readonly device: Device;
  /** Of the list: the device is ended at its id below. */
  readonly path: string;
  /** Readings that change when it is signed out. */
  readonly changes: readonly string[];
}): ReactElement {
  const { t } = useWords();
  const { device, path, changes } = props;
  const name = device.device ?? t("Unknown device");
  const end = useAction({
    send: (api) => api.delete(`${path}/${device.id}`),
    changes,
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
