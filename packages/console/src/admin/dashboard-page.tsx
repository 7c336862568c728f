// The dashboard: sign-ins, renewals, refusals, live sessions and how fast revocations travel, over
// time. Counted by the server that answers, since it started.

import { Group, SegmentedControl, SimpleGrid, Text } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { useReading } from "../api/use-api.tsx";
import type { StatisticsAnswer } from "../api/wire.ts";
import { Card, Page } from "../layout/page.tsx";
import { Empty, Reading } from "../layout/states.tsx";
import { Ago } from "../layout/time.tsx";
import { type Series, TimePlot } from "../plots/time-plot.tsx";
import { useWords } from "../words/words.tsx";
import { latest, OTHER_CODES, stepsOf, type Steps, total } from "./dashboard-data.ts";

/** Milliseconds between two readings. */
const REFRESH = 5000;

const BLUE = { light: "#3b5bdb", dark: "#748ffc" };
const RED = { light: "#d9480f", dark: "#ff922b" };
const GREEN = { light: "#2b8a3e", dark: "#69db7c" };
const VIOLET = { light: "#7048e8", dark: "#b197fc" };
const GREY = { light: "#868e99", dark: "#a3abb6" };
const TEAL = { light: "#0b7285", dark: "#3bc9db" };
const CODE_COLORS = [RED, VIOLET, TEAL, BLUE, GREEN, GREY];

/** The page. */
export function DashboardPage(): ReactElement {
  const { t } = useWords();
  const [minutes, setMinutes] = useState(60);
  const statistics = useReading<StatisticsAnswer>(`/auth/admin/statistics?minutes=${minutes}`, {
    refresh: REFRESH,
  });
  return (
    <Page
      title={t("Dashboard")}
      about={
        statistics.data === undefined ? (
          t("What happens on this server.")
        ) : (
          <>
            {t("What happens on this server. It began to count")} <Ago at={statistics.data.since} />
            .
          </>
        )
      }
      actions={
        <SegmentedControl
          aria-label={t("Time")}
          value={String(minutes)}
          onChange={(value) => setMinutes(Number(value))}
          data={[
            { value: "60", label: t("1 hour") },
            { value: "360", label: t("6 hours") },
            { value: "1440", label: t("1 day") },
          ]}
        />
      }
    >
      <Reading of={statistics} lines={8}>
        {(answer) => (
          <Plots
            steps={stepsOf(answer.minutes, { now: new Date(answer.now).getTime(), minutes })}
          />
        )}
      </Reading>
    </Page>
  );
}

function Plots({ steps }: { readonly steps: Steps }): ReactElement {
  const { t } = useWords();
  const signIns = total(steps.signInsOk);
  const failed = total(steps.signInsFailed);
  const renewals = total(steps.rotated) + total(steps.kept);
  const refusals = steps.refusals.reduce((sum, { values }) => sum + total(values), 0);
  const sessions = latest(steps.sessions);
  const delay = latest(steps.delayMean);
  return (
    <>
      <div className="lk-figures">
        <Figure label={t("Signed in")} value={signIns} />
        <Figure label={t("Sign-ins failed")} value={failed} />
        <Figure label={t("Renewals")} value={renewals} />
        <Figure label={t("Live sessions")} value={sessions ?? "–"} />
        <Figure label={t("Revocation delay")} value={delay === null ? "–" : `${delay} ms`} />
      </div>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" className="lk-plots">
        <PlotCard
          title={t("Sign-ins")}
          summary={t("{ok} succeeded, {failed} failed", { ok: signIns, failed })}
          isEmpty={signIns + failed === 0}
          times={steps.times}
          series={[
            { label: t("Succeeded"), color: GREEN, values: steps.signInsOk, shape: "bars" },
            { label: t("Failed"), color: RED, values: steps.signInsFailed, shape: "bars" },
          ]}
        />
        <PlotCard
          title={t("Renewals")}
          summary={t("Access tokens renewed: {n}", { n: renewals })}
          isEmpty={renewals + total(steps.refused) === 0}
          times={steps.times}
          series={[
            { label: t("Rotated"), color: BLUE, values: steps.rotated, shape: "bars" },
            { label: t("Kept"), color: TEAL, values: steps.kept, shape: "bars" },
            { label: t("Refused"), color: RED, values: steps.refused, shape: "bars" },
          ]}
        />
        <PlotCard
          title={t("Refusals by reason")}
          summary={t("Requests refused: {n}", { n: refusals })}
          isEmpty={refusals === 0}
          times={steps.times}
          series={steps.refusals.map(({ code, values }, place) => ({
            label: code === OTHER_CODES ? t("other") : code,
            color: CODE_COLORS[place % CODE_COLORS.length] ?? GREY,
            values,
            shape: "bars" as const,
          }))}
        />
        <PlotCard
          title={t("Live sessions")}
          summary={t("Sessions live now: {n}", { n: sessions ?? 0 })}
          isEmpty={sessions === null}
          times={steps.times}
          series={[{ label: t("Sessions"), color: VIOLET, values: steps.sessions, shape: "line" }]}
        />
        <PlotCard
          title={t("How fast revocations travel")}
          about={t("From the commit until a following guard has it.")}
          summary={t("{n} milliseconds on average at last", { n: delay ?? 0 })}
          isEmpty={delay === null}
          emptyText={t("Nothing was taken back while a guard followed.")}
          times={steps.times}
          unit="ms"
          series={[
            { label: t("Average"), color: TEAL, values: steps.delayMean, shape: "line" },
            { label: t("Longest"), color: RED, values: steps.delayLongest, shape: "line" },
          ]}
        />
      </SimpleGrid>
    </>
  );
}

function Figure(props: { readonly label: string; readonly value: number | string }): ReactElement {
  const { locale } = useWords();
  const { label, value } = props;
  return (
    <div className="lk-card" style={{ padding: "14px 18px" }}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fw={650} fz={26} lh={1.3}>
        {typeof value === "number" ? value.toLocaleString(locale) : value}
      </Text>
    </div>
  );
}

function PlotCard(props: {
  readonly title: string;
  readonly about?: string;
  readonly summary: string;
  readonly isEmpty: boolean;
  readonly emptyText?: string;
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly unit?: string;
}): ReactElement {
  const { t } = useWords();
  const { title, about, summary, isEmpty, emptyText, times, series, unit } = props;
  return (
    <Card title={title} about={about ?? summary}>
      {isEmpty ? (
        <Group mih={200} justify="center">
          <Empty icon="plot" title={emptyText ?? t("Nothing to plot yet")} />
        </Group>
      ) : (
        <TimePlot
          times={times}
          series={series}
          summary={`${title}: ${summary}`}
          {...(unit === undefined ? {} : { unit })}
        />
      )}
    </Card>
  );
}
