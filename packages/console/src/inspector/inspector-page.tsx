// The token inspector: paste a token, see what is in it, and what this server thinks of it. The
// token goes to this server in a body, into no URL and no storage, and is gone when the page is
// left.

import { Alert, Button, Group, Stack, Tabs, Text, Textarea } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { useAction } from "../api/use-api.tsx";
import type { Explanation, Inspection } from "../api/wire.ts";
import { ConfirmButton } from "../layout/dialog.tsx";
import { Icon } from "../layout/icons.tsx";
import { Card, Page } from "../layout/page.tsx";
import { Empty, Failure } from "../layout/states.tsx";
import { Time } from "../layout/time.tsx";
import { eventWords } from "../words/events.ts";
import { useWords } from "../words/words.tsx";
import { ClaimList } from "./claim-list.tsx";
import { lifeOf } from "./token-life.ts";

interface Judged {
  readonly token: string;
  readonly inspection: Inspection;
  readonly explanation: Explanation;
}

/** The page. */
export function InspectorPage(): ReactElement {
  const { t } = useWords();
  const [token, setToken] = useState("");
  const inspect = useAction<string, Judged>({
    send: async (api, pasted) => {
      const [inspection, explanation] = await Promise.all([
        api.post<Inspection>("/auth/admin/tokens/inspect", { token: pasted }),
        api.post<Explanation>("/auth/admin/tokens/why", { token: pasted }),
      ]);
      return { token: pasted, inspection, explanation };
    },
    isQuiet: true,
  });
  const read = (text: string): void => {
    setToken(text);
    inspect.reset();
    const pasted = text.trim().replace(/^Bearer\s+/i, "");
    if (pasted !== "") inspect.run(pasted);
  };

  return (
    <Page
      title={t("Token inspector")}
      about={t(
        "What is in a token, and whether it is good. It goes to this server only, and is kept nowhere.",
      )}
    >
      <Card>
        <Stack gap="sm">
          <Textarea
            label={t("Token")}
            description={t("An access token or a refresh token of this server.")}
            placeholder="eyJ…"
            value={token}
            onChange={(event) => read(event.currentTarget.value)}
            autosize
            minRows={4}
            maxRows={10}
            spellCheck={false}
            autoComplete="off"
            classNames={{ input: "lk-token" }}
            data-autofocus
          />
          {token === "" ? null : (
            <Group>
              <Button variant="default" size="xs" onClick={() => read("")}>
                {t("Clear")}
              </Button>
            </Group>
          )}
        </Stack>
      </Card>
      {inspect.problem === null ? null : <Failure problem={inspect.problem} />}
      {inspect.answer === undefined ? (
        token === "" ? (
          <Card>
            <Empty
              icon="lens"
              title={t("Paste a token")}
              about={t(
                "You see its claims in words, its times, the key that signed it, and exactly why it is refused if it is.",
              )}
            />
          </Card>
        ) : null
      ) : (
        <Result judged={inspect.answer} onChanged={() => read(token)} />
      )}
    </Page>
  );
}

function Result(props: { readonly judged: Judged; readonly onChanged: () => void }): ReactElement {
  const { t } = useWords();
  const { inspection, explanation, token } = props.judged;
  return (
    <>
      <Verdict judged={props.judged} onChanged={props.onChanged} />
      {inspection.claims === null ? null : (
        <Card title={t("What it says")}>
          <Tabs defaultValue="words" keepMounted={false}>
            <Tabs.List mb="md">
              <Tabs.Tab value="words">{t("In words")}</Tabs.Tab>
              <Tabs.Tab value="json">JSON</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="words">
              <ClaimList claims={inspection.claims} header={inspection.header ?? {}} />
            </Tabs.Panel>
            <Tabs.Panel value="json">
              <Json label={t("Header")} value={inspection.header} />
              <Json label={t("Claims")} value={inspection.claims} />
              <Text size="sm" c="dimmed">
                {t("Signature: {n} characters", { n: token.split(".")[2]?.length ?? 0 })}
              </Text>
            </Tabs.Panel>
          </Tabs>
        </Card>
      )}
      {explanation.events.length === 0 ? null : (
        <Card title={t("What happened to its user and session")} isFlush>
          <ul className="lk-list">
            {explanation.events.map((event) => (
              <li className="lk-card-row" key={`${event.at} ${event.kind}`}>
                <Group justify="space-between" px="lg" py="sm">
                  <Text>{t(eventWords(event.kind))}</Text>
                  <Text size="sm" c="dimmed">
                    <Time at={event.at} />
                  </Text>
                </Group>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function Verdict(props: { readonly judged: Judged; readonly onChanged: () => void }): ReactElement {
  const { t, locale } = useWords();
  const { inspection, explanation, token } = props.judged;
  const isGood = explanation.accepted;
  const isAccessToken = explanation.type === "access_token";
  const kinds = {
    access_token: t("access token"),
    refresh_token: t("refresh token"),
    unknown: t("token"),
  };
  const revoke = useAction({
    send: (api) => api.post("/auth/admin/tokens/revoke", { token }),
    changes: ["/auth/admin/audit"],
    done: t("The token is refused everywhere"),
    onDone: props.onChanged,
  });
  const life = inspection.claims === null ? undefined : lifeOf(inspection.claims, Date.now());
  return (
    <Alert
      color={isGood ? "green" : "red"}
      icon={<Icon name={isGood ? "check" : "cross"} />}
      title={
        isGood
          ? t("This {kind} is good", { kind: kinds[explanation.type] })
          : t("This {kind} is refused", { kind: kinds[explanation.type] })
      }
      role="status"
    >
      <Stack gap={6} align="flex-start">
        {explanation.because.map((reason) => (
          <Text size="sm" key={reason}>
            {sentence(t(reason))}
          </Text>
        ))}
        {explanation.reason === null ? null : (
          <Text size="sm" c="dimmed">
            {t("Guards answer 401 with the reason")}{" "}
            <span className="lk-mono">{explanation.reason}</span>
          </Text>
        )}
        {life === undefined ? null : (
          <Text size="sm" c="dimmed">
            {life.isOver
              ? t("It expired {time}.", { time: life.distance(locale) })
              : t("It expires {time}.", { time: life.distance(locale) })}
          </Text>
        )}
        {isGood && isAccessToken ? (
          <ConfirmButton
            label={t("Take this token back")}
            title={t("Take this token back?")}
            about={t(
              "It is refused everywhere within a second. Its session lives, and its client renews silently.",
            )}
            confirm={t("Take back")}
            isRunning={revoke.isRunning}
            onConfirm={() => revoke.run()}
          />
        ) : null}
      </Stack>
    </Alert>
  );
}

function Json(props: { readonly label: string; readonly value: unknown }): ReactElement {
  return (
    <div style={{ marginBottom: 16 }}>
      <Text size="sm" c="dimmed" mb={4}>
        {props.label}
      </Text>
      <pre
        className="lk-token lk-scroll"
        tabIndex={0}
        role="region"
        aria-label={props.label}
        style={{
          margin: 0,
          padding: 14,
          borderRadius: 8,
          background: "var(--lk-page)",
          whiteSpace: "pre-wrap",
        }}
      >
        {JSON.stringify(props.value, null, 2)}
      </pre>
    </div>
  );
}

function sentence(text: string): string {
  const [first = "", ...rest] = Array.from(text);
  const whole = first.toUpperCase() + rest.join("");
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
