// A list of audit events in words, page by page: one's own activity, and the audit log.

import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import type { ProblemError } from "../api/problem.ts";
import { useApi } from "../api/use-api.tsx";
import type { AuditEvent, Page } from "../api/wire.ts";
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
  const api = useApi();
  const { path, children } = props;
  const events = useInfiniteQuery<Page<AuditEvent>, ProblemError>({
    queryKey: [path],
    queryFn: ({ pageParam }) => {
      const mark = path.includes("?") ? "&" : "?";
      return api.get(
        pageParam === null ? path : `${path}${mark}before=${encodeURIComponent(String(pageParam))}`,
      );
    },
    initialPageParam: null,
    getNextPageParam: (page) => page.next,
  });
  const items = (events.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <Stack gap="md">
      <Card isFlush>
        {events.isPending ? <Loading lines={5} /> : null}
        {events.error === null ? null : (
          <Failure problem={events.error} onRetry={() => void events.refetch()} />
        )}
        {events.isSuccess && items.length === 0 ? (
          <Empty icon="list" title={t("Nothing happened yet")} />
        ) : null}
        <ul className="lk-list">
          {items.map((event) => (
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
                  {children?.(event)}
                </div>
                <Text size="sm" c="dimmed">
                  <Time at={event.at} />
                </Text>
              </Group>
            </li>
          ))}
        </ul>
      </Card>
      {events.hasNextPage ? (
        <Group>
          <Button
            variant="default"
            loading={events.isFetchingNextPage}
            onClick={() => void events.fetchNextPage()}
          >
            {t("Show more")}
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}
