// The audit log, with filters.

import { Button, Group, Select, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { useReading } from "../api/use-api.tsx";
import type { AuditEvent, User } from "../api/wire.ts";
import { EventList } from "../layout/event-list.tsx";
import { Page } from "../layout/page.tsx";
import { eventKinds, eventWords } from "../words/events.ts";
import { useWords } from "../words/words.tsx";
import { PersonSelect } from "./person-select.tsx";

const PERIODS = { hour: 3_600_000, day: 86_400_000, week: 604_800_000, month: 2_592_000_000 };

/** The page. */
export function AuditPage(): ReactElement {
  const { t } = useWords();
  const [user, setUser] = useState<string | null>(null);
  const [kind, setKind] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<string | null>(null);
  const [period, setPeriod] = useState<string | null>(null);
  // Fixed when it is chosen: a list that moves under one's eyes cannot be read.
  const [from, setFrom] = useState<string | null>(null);

  // "Show all" empties what was typed as well.
  const [cleared, setCleared] = useState(0);

  const query = new URLSearchParams();
  if (user !== null) query.set("user", user);
  if (kind !== null) query.set("kind", kind);
  if (outcome !== null) query.set("outcome", outcome);
  if (from !== null) query.set("from", from);
  const text = query.toString();
  const isFiltered = text !== "";

  return (
    <Page
      title={t("Audit log")}
      about={t(
        "Who did what, when, and from where. Nothing in it can be changed, and no secret is in it.",
      )}
    >
      <Group gap="sm">
        <PersonSelect key={cleared} value={user} onChange={setUser} />
        <Select
          aria-label={t("What happened")}
          placeholder={t("Anything")}
          data={eventKinds.map((value) => ({ value, label: t(eventWords(value)) }))}
          value={kind}
          onChange={setKind}
          searchable
          clearable
          style={{ flex: "1 1 220px" }}
        />
        <Select
          aria-label={t("Outcome")}
          placeholder={t("Any outcome")}
          data={[
            { value: "success", label: t("Succeeded") },
            { value: "failure", label: t("Failed") },
          ]}
          value={outcome}
          onChange={setOutcome}
          clearable
          w={150}
        />
        <Select
          aria-label={t("Time")}
          placeholder={t("Any time")}
          data={[
            { value: "hour", label: t("Last hour") },
            { value: "day", label: t("Last day") },
            { value: "week", label: t("Last week") },
            { value: "month", label: t("Last 30 days") },
          ]}
          value={period}
          onChange={(next) => {
            setPeriod(next);
            setFrom(
              next !== null && isPeriod(next)
                ? new Date(Date.now() - PERIODS[next]).toISOString()
                : null,
            );
          }}
          clearable
          w={150}
        />
        {isFiltered ? (
          <Button
            variant="subtle"
            onClick={() => {
              setUser(null);
              setCleared(cleared + 1);
              setKind(null);
              setOutcome(null);
              setPeriod(null);
              setFrom(null);
            }}
          >
            {t("Show all")}
          </Button>
        ) : null}
      </Group>
      <EventList key={text} path={`/auth/admin/audit${isFiltered ? `?${text}` : ""}`}>
        {(event) => <EventFacts event={event} />}
      </EventList>
    </Page>
  );
}

function isPeriod(text: string): text is keyof typeof PERIODS {
  return Object.hasOwn(PERIODS, text);
}

function EventFacts({ event }: { readonly event: AuditEvent }): ReactElement {
  const { t } = useWords();
  const detail = Object.entries(event.detail);
  const { actor_id: actor, user_id: user } = event;
  return (
    <>
      <Text size="sm" c="dimmed">
        {user === null || user === undefined ? null : (
          <>
            <PersonLink id={user} />{" "}
          </>
        )}
        {actor === null || actor === undefined || actor === user ? null : (
          <>
            {t("by")} {actor === "operator" ? t("the operator") : <PersonLink id={actor} />}
          </>
        )}
      </Text>
      {detail.length === 0 ? null : (
        <Text size="sm" c="dimmed" className="lk-mono">
          {detail.map(([name, value]) => `${name}: ${wordsOf(value)}`).join(" · ")}
        </Text>
      )}
    </>
  );
}

function PersonLink({ id }: { readonly id: string }): ReactElement {
  const user = useReading<User>(`/auth/admin/users/${id}`);
  return (
    <Text component={Link} to={`/admin/users/${id}`} size="sm" c="var(--mantine-color-anchor)">
      {user.data?.email ?? <span className="lk-mono">{id}</span>}
    </Text>
  );
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(", ");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
