// A list of audit events in words, page by page: one's own activity, and the audit log.

import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";
import { usePages } from "../api/use-api.tsx";
import type { AuditEvent } from "../api/wire.ts";
import { eventWords } from "../words/events.ts";
import { useWords } from "../words/words.tsx";
import { Card } from "./page.tsx";
import { Empty, Failure, Loading } from "./states.tsx";
import { Time } from "./time.tsx";

/** The events of a path. Pages follow with `before`. */
export function EventList(props: {
  readonly path: string;
  /** What else is told of an event. */
  readonly children?: (event: AuditEvent) => ReactNode;
}): ReactElement {
  const { t } = useWords();
  const events = usePages<AuditEvent>(props.path, "before");
  return (
    <Stack gap="md">
      <Card isFlush>
        {events.isLoading ? <Loading lines={5} /> : null}
        <Failure problem={events.problem} onRetry={events.retry} />
        {events.isEmpty ? <Empty icon="list" title={t("Nothing happened yet")} /> : null}
        <ul className="lk-list">
          {events.items.map((event) => (
            <li className="lk-card-row" key={event.id}>
              <Group justify="space-between" px="lg" py="sm" gap="xs" align="flex-start">
                <div style={{ flex: "1 1 280px" }}>
                  <Group gap="xs">
                    <Text fw={550}>{t(eventWords(event.kind))}</Text>
                    {event.outcome === "failure" ? (
                      <Badge color="red" variant="light">
                        {t("Failed")}
                      </Badge>
                    ) : null}
                  </Group>
                  <Text size="sm" c="dimmed">
                    {[event.device, event.address].filter(Boolean).join(" · ")}
                  </Text>
                  {props.children?.(event)}
                </div>
                <Text size="sm" c="dimmed">
                  <Time at={event.at} />
                </Text>
              </Group>
            </li>
          ))}
        </ul>
      </Card>
      {events.hasMore ? (
        <Group>
          <Button variant="default" loading={events.isLoadingMore} onClick={events.loadMore}>
            {t("Show more")}
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}
