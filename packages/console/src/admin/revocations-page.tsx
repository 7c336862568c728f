// The revocation feed, live: what guards hear, as they hear it. And the way to take one token back.

import { Badge, Button, Group, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { type ReactElement, useEffect, useState } from "react";
import { useAction } from "../api/use-api.tsx";
import { FormDialog } from "../layout/dialog.tsx";
import { Card, Page } from "../layout/page.tsx";
import { Empty } from "../layout/states.tsx";
import { base } from "../session/base.ts";
import { formatDistance, formatTime } from "../words/times.ts";
import { useWords } from "../words/words.tsx";
import { addSlice, EMPTY_FEED, type FeedView, readSlice } from "./feed-view.ts";
import { nameToken } from "./named-token.ts";

/** The page. */
export function RevocationsPage(): ReactElement {
  const { t, locale } = useWords();
  const { view, status } = useFeed();
  const [isOpen, setOpen] = useState(false);
  const now = Date.now();
  return (
    <Page
      title={t("Revocations")}
      about={t(
        "Everything that is refused before it expires. Guards follow this list; it names nothing that can be guessed or traced.",
      )}
      actions={<Button onClick={() => setOpen(true)}>{t("Take a token back")}</Button>}
    >
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="md">
        <Fact label={t("Connection")}>
          <Badge color={status === "live" ? "green" : "yellow"} variant="light" size="lg" tt="none">
            {status === "live" ? t("Live") : t("Connecting")}
          </Badge>
        </Fact>
        <Fact label={t("Entries ever made")}>
          <Text fw={650} fz={22} lh={1.3}>
            {view.number.toLocaleString(locale)}
          </Text>
        </Fact>
        <Fact label={t("Last heard")}>
          <Text fw={650} fz={22} lh={1.3}>
            {view.heardAt === null ? "–" : formatDistance(view.heardAt, now, locale)}
          </Text>
        </Fact>
      </SimpleGrid>
      <Card
        title={t("Newest entries")}
        about={t(
          "A handle stands for a token, a session, a user, a role or a key; guards compare it with those that a token carries.",
        )}
        isFlush
      >
        {status === "closed" ? (
          <Empty
            icon="ban"
            title={t("The feed is for registered clients only")}
            about={t("This server is set so. The audit log tells what was taken back.")}
          />
        ) : view.entries.length === 0 ? (
          <Empty
            icon="ban"
            title={t("Nothing is taken back")}
            about={t("Sign a device out and watch it appear here.")}
          />
        ) : (
          <ul className="lk-list" aria-live="polite">
            {view.entries.map((entry) => (
              <li className="lk-card-row" key={entry.handle}>
                <Group justify="space-between" px="lg" py="sm" gap="xs">
                  <Group gap="sm">
                    <span className="lk-mono">{entry.handle}</span>
                    {entry.isNew ? (
                      <Badge color="indigo" variant="light">
                        {t("New")}
                      </Badge>
                    ) : null}
                  </Group>
                  <Text size="sm" c="dimmed">
                    {t("remembered until")} {formatTime(entry.expiresAt * 1000, locale)}
                  </Text>
                </Group>
              </li>
            ))}
          </ul>
        )}
      </Card>
      {isOpen ? <TakeBackDialog onClose={() => setOpen(false)} /> : null}
    </Page>
  );
}

function Fact(props: { readonly label: string; readonly children: React.ReactNode }): ReactElement {
  return (
    <div className="lk-card" style={{ padding: "14px 18px" }}>
      <Text size="sm" c="dimmed" mb={4}>
        {props.label}
      </Text>
      {props.children}
    </div>
  );
}

function TakeBackDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useWords();
  const [pasted, setPasted] = useState("");
  const revoke = useAction({
    send: (api) => api.post("/auth/admin/tokens/revoke", nameToken(pasted)),
    changes: ["/auth/admin/audit"],
    done: t("The token is refused everywhere"),
    isQuiet: true,
    onDone: onClose,
  });
  return (
    <FormDialog
      isOpen
      title={t("Take a token back")}
      submit={t("Take back")}
      isDangerous
      isRunning={revoke.isRunning}
      problem={revoke.problem}
      onClose={onClose}
      onSubmit={() => revoke.run()}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t(
            "This one access token is refused within a second; its session lives, and its client renews silently.",
          )}
        </Text>
        <TextInput
          label={t("Token, or its id (jti)")}
          value={pasted}
          onChange={(event) => setPasted(event.currentTarget.value)}
          autoComplete="off"
          minLength={22}
          required
          data-autofocus
        />
      </Stack>
    </FormDialog>
  );
}

function useFeed(): {
  readonly view: FeedView;
  readonly status: "connecting" | "live" | "closed";
} {
  const [view, setView] = useState<FeedView>(EMPTY_FEED);
  const [status, setStatus] = useState<"connecting" | "live" | "closed">("connecting");
  useEffect(() => {
    // The browser comes back by itself, with the position that it reached.
    const stream = new EventSource(`${base}/auth/revocations`);
    stream.addEventListener("open", () => setStatus("live"));
    stream.addEventListener("slice", (event) => {
      const slice = readSlice(event.data);
      if (slice !== undefined) setView((before) => addSlice(before, slice, Date.now()));
    });
    stream.addEventListener("error", () => {
      setStatus(stream.readyState === EventSource.CLOSED ? "closed" : "connecting");
    });
    return () => stream.close();
  }, []);
  return { view, status };
}
