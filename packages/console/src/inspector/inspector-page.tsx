// The token inspector: paste a token, see what is in it, and what this server thinks of it. The
// token goes to this server in a body, into no URL and no storage, and is gone when the page is
// left.

import { Alert, Button, Group, Stack, Tabs, Text, Textarea } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { useAction } from "../api/use-api.tsx";
import { ConfirmButton } from "../layout/dialog.tsx";
import { Icon } from "../layout/icons.tsx";
import { Card, Page } from "../layout/page.tsx";
import { Empty, Failure } from "../layout/states.tsx";
import { Time } from "../layout/time.tsx";
import { useSession } from "../session/session-context.tsx";
import { sayCause } from "../words/causes.ts";
import { eventWords } from "../words/events.ts";
import { useWords } from "../words/words.tsx";
import { ClaimList } from "./claim-list.tsx";
import { judgeAnyToken, judgeOwnToken, type Judged, type JudgeToken } from "./judge-token.ts";
import { lifeOf } from "./token-life.ts";

/** The page of administrators: any token, and a button that takes it back. */
export function InspectorPage(): ReactElement {
  const { t } = useWords();
  const about = t(
    "What is in a token, and whether it is good. It goes to this server only, and is kept nowhere.",
  );
  return <Inspector judge={judgeAnyToken} canRevoke about={about} />;
}

/** The page of everybody: tokens of one's own. */
export function OwnInspectorPage(): ReactElement {
  const { t } = useWords();
  const about = t(
    "What is in a token of yours, and whether it is good. It goes to this server only, and is kept nowhere.",
  );
  return <Inspector judge={judgeOwnToken} about={about} />;
}

function Inspector(props: {
  readonly judge: JudgeToken;
  readonly about: string;
  readonly canRevoke?: boolean;
}): ReactElement {
  const { t } = useWords();
  const session = useSession();
  const { judge, about, canRevoke = false } = props;
  const [token, setToken] = useState("");
  const inspect = useAction<string, Judged>({ send: judge, isQuiet: true });
  const read = (text: string): void => {
    setToken(text);
    inspect.reset();
    const pasted = text.trim().replace(/^Bearer\s+/i, "");
    if (pasted !== "") inspect.run(pasted);
  };

  return (
    <Page title={t("Token inspector")} about={about}>
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
          <Group>
            {token === "" ? (
              <Button
                variant="default"
                size="xs"
                onClick={() => void session.getAccessToken().then((own) => read(own ?? ""))}
              >
                {t("Take the token of this page")}
              </Button>
            ) : (
              <Button variant="default" size="xs" onClick={() => read("")}>
                {t("Clear")}
              </Button>
            )}
          </Group>
        </Stack>
      </Card>
      <Failure problem={inspect.problem} />
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
        <Result judged={inspect.answer} canRevoke={canRevoke} onChanged={() => read(token)} />
      )}
    </Page>
  );
}

interface ResultProps {
  readonly judged: Judged;
  readonly canRevoke: boolean;
  readonly onChanged: () => void;
}

function Result(props: ResultProps): ReactElement {
  const { t } = useWords();
  const { token, header, claims, accepted, events } = props.judged;
  return (
    <>
      {accepted === null ? <NoVerdict /> : <Verdict {...props} isGood={accepted} />}
      {claims === null ? null : (
        <Card title={t("What it says")}>
          <Tabs defaultValue="words" keepMounted={false}>
            <Tabs.List mb="md">
              <Tabs.Tab value="words">{t("In words")}</Tabs.Tab>
              <Tabs.Tab value="json">JSON</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="words">
              <ClaimList claims={claims} header={header ?? {}} />
            </Tabs.Panel>
            <Tabs.Panel value="json">
              <Json label={t("Header")} value={header} />
              <Json label={t("Claims")} value={claims} />
              <Text size="sm" c="dimmed">
                {t("Signature: {n} characters", { n: token.split(".")[2]?.length ?? 0 })}
              </Text>
            </Tabs.Panel>
          </Tabs>
        </Card>
      )}
      {events.length === 0 ? null : (
        <Card title={t("What happened to its user and session")} isFlush>
          <ul className="lk-list">
            {events.map((event) => (
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

// Of somebody else's token only what everybody can read in it.
function NoVerdict(): ReactElement {
  const { t } = useWords();
  return (
    <Alert
      color="indigo"
      icon={<Icon name="lens" />}
      title={t("This is no token of yours")}
      role="status"
    >
      <Text size="sm">
        {t("Whether it is good, the server tells its owner and administrators only.")}
      </Text>
    </Alert>
  );
}

function Verdict({
  judged,
  isGood,
  canRevoke,
  onChanged,
}: ResultProps & { readonly isGood: boolean }): ReactElement {
  const { t, locale } = useWords();
  const { token, claims, type, reason, because } = judged;
  const kinds = {
    access_token: t("access token"),
    refresh_token: t("refresh token"),
    unknown: t("token"),
  };
  const revoke = useAction({
    send: (api) => api.post("/auth/admin/tokens/revoke", { token }),
    changes: ["/auth/admin/audit"],
    done: t("The token is refused everywhere"),
    onDone: onChanged,
  });
  const life = claims === null ? undefined : lifeOf(claims, Date.now());
  return (
    <Alert
      color={isGood ? "green" : "red"}
      icon={<Icon name={isGood ? "check" : "cross"} />}
      title={
        isGood
          ? t("This {kind} is good", { kind: kinds[type] })
          : t("This {kind} is refused", { kind: kinds[type] })
      }
      role="status"
    >
      <Stack gap={6} align="flex-start">
        {because.map((cause) => (
          <Text size="sm" key={cause}>
            {sentence(sayCause(cause, { t, locale }))}
          </Text>
        ))}
        {reason === null ? null : (
          <Text size="sm" c="dimmed">
            {t("Guards answer 401 with the reason")} <span className="lk-mono">{reason}</span>
          </Text>
        )}
        {life === undefined ? null : (
          <Text size="sm" c="dimmed">
            {life.isOver
              ? t("It expired {time}.", { time: life.distance(locale) })
              : t("It expires {time}.", { time: life.distance(locale) })}
          </Text>
        )}
        {isGood && canRevoke && type === "access_token" ? (
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
