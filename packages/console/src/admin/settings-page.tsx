// What this server runs with: each setting, its value, where it came from, and what it does. It is
// read here and set where the server is started.

import { Badge, Group, Stack, Switch, Text } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { useReading } from "../api/use-api.tsx";
import type { Page as WirePage, Setting } from "../api/wire.ts";
import { Card, Page } from "../layout/page.tsx";
import { Empty, Reading } from "../layout/states.tsx";
import { useWords } from "../words/words.tsx";

/** The page. */
export function SettingsPage(): ReactElement {
  const { t } = useWords();
  const settings = useReading<WirePage<Setting>>("/auth/admin/settings");
  const [isChangedOnly, setChangedOnly] = useState(false);
  return (
    <Page
      title={t("Settings")}
      about={t(
        "They are set where the server is started: by flags, the environment, or its configuration file.",
      )}
      actions={
        <Switch
          label={t("Only what was set")}
          checked={isChangedOnly}
          onChange={(event) => setChangedOnly(event.currentTarget.checked)}
        />
      }
    >
      <Card isFlush>
        <Reading of={settings} lines={10}>
          {({ items }) => {
            const shown = items.filter((setting) => !isChangedOnly || !setting.is_default);
            if (shown.length === 0) {
              return <Empty icon="sliders" title={t("Everything is as it comes")} />;
            }
            return (
              <ul className="lk-list">
                {shown.map((setting) => (
                  <li className="lk-card-row" key={setting.name}>
                    <Group px="lg" py="md" gap="md" align="flex-start">
                      <div style={{ flex: "2 1 300px" }}>
                        <Text fw={600} className="lk-mono">
                          {setting.name}
                        </Text>
                        <Text size="sm" c="dimmed">
                          {t(setting.effect)}
                        </Text>
                      </div>
                      <Stack gap={4} style={{ flex: "1 1 220px" }} align="flex-start">
                        <Text>{setting.value}</Text>
                        <Badge
                          variant={setting.is_default ? "default" : "light"}
                          tt="none"
                          fw={500}
                          h="auto"
                        >
                          {setting.is_default ? t("as it comes") : setting.source}
                        </Badge>
                      </Stack>
                    </Group>
                  </li>
                ))}
              </ul>
            );
          }}
        </Reading>
      </Card>
    </Page>
  );
}
