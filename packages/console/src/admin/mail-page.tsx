// Mails that were not sent because no mail server is configured: what a developer reads instead of
// an inbox.

import { Badge, Group, Text, UnstyledButton } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { useReading } from "../api/use-api.tsx";
import type { Mail, Page as WirePage } from "../api/wire.ts";
import { Icon } from "../layout/icons.tsx";
import { Card, Page } from "../layout/page.tsx";
import { Empty, Reading } from "../layout/states.tsx";
import { Time } from "../layout/time.tsx";
import { mailWords } from "../words/mails.ts";
import { useWords } from "../words/words.tsx";
import { MailBody } from "./mail-body.tsx";

/** Milliseconds between two looks into the outbox. */
const REFRESH = 4000;

/** The page. */
export function MailPage(): ReactElement {
  const { t } = useWords();
  const mails = useReading<WirePage<Mail>>("/auth/admin/mail", { refresh: REFRESH });
  return (
    <Page
      title={t("Mail")}
      about={t(
        "While no mail server is configured, mails stay in this server's memory and are read here.",
      )}
    >
      <Card isFlush>
        {mails.error?.status === 403 ? (
          <Empty
            icon="mail"
            title={t("Mails are not shown here")}
            about={t(
              "They can hold links that sign somebody in, so outside of development only the operator reads them, with the command line.",
            )}
          />
        ) : (
          <Reading of={mails}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty
                  icon="mail"
                  title={t("No mail yet")}
                  about={t("Or a mail server is configured, and mails went there.")}
                />
              ) : (
                <ul className="lk-list">
                  {items.map((mail, place) => (
                    <MailRow
                      key={`${mail.at} ${mail.to} ${mail.kind}`}
                      mail={mail}
                      isFirst={place === 0}
                    />
                  ))}
                </ul>
              )
            }
          </Reading>
        )}
      </Card>
    </Page>
  );
}

function MailRow(props: { readonly mail: Mail; readonly isFirst: boolean }): ReactElement {
  const { t } = useWords();
  const { mail } = props;
  const [isOpen, setOpen] = useState(props.isFirst);
  return (
    <li className="lk-card-row">
      <UnstyledButton
        w="100%"
        px="lg"
        py="md"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Group justify="space-between" gap="xs">
          <Group gap="sm" wrap="nowrap" style={{ flex: "1 1 280px" }}>
            <Icon name="mail" />
            <div>
              <Text fw={600}>{mail.subject}</Text>
              <Text size="sm" c="dimmed">
                {mail.to}
              </Text>
            </div>
          </Group>
          <Group gap="sm">
            <Badge variant="default" tt="none" fw={500}>
              {t(mailWords(mail.kind))}
            </Badge>
            <Text size="sm" c="dimmed">
              <Time at={mail.at} />
            </Text>
          </Group>
        </Group>
      </UnstyledButton>
      {isOpen ? (
        <div style={{ padding: "0 var(--mantine-spacing-lg) var(--mantine-spacing-lg)" }}>
          <MailBody text={mail.text} />
        </div>
      ) : null}
    </li>
  );
}
