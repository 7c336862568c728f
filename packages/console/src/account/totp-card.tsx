// The authenticator app: set up by QR code or by hand, confirmed by a first code, removed again.

import { Badge, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { useAction } from "../api/use-api.tsx";
import type { Factors } from "../api/wire.ts";
import { Copy } from "../layout/copy-button.tsx";
import { ConfirmButton, FormDialog } from "../layout/dialog.tsx";
import { Card } from "../layout/page.tsx";
import { Time } from "../layout/time.tsx";
import { useWords } from "../words/words.tsx";
import { RecoveryCodesDialog } from "./recovery-codes-card.tsx";

interface Enrolment {
  readonly secret: string;
  readonly uri: string;
  readonly qr: string;
}

const CHANGES = ["/auth/me", "/auth/sessions"];

/** The card. */
export function TotpCard({ totp }: { readonly totp: Factors["totp"] }): ReactElement {
  const { t } = useWords();
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<readonly string[] | null>(null);

  const begin = useAction<void, Enrolment>({
    send: (api) => api.post("/auth/me/totp"),
    onDone: (answer) => {
      setCode("");
      confirm.reset();
      setEnrolment(answer);
    },
  });
  const confirm = useAction<void, { readonly recovery_codes?: readonly string[] }>({
    send: (api) => api.post("/auth/me/totp/confirm", { code }),
    changes: CHANGES,
    done: t("The app is set up"),
    isQuiet: true,
    onDone: (answer) => {
      setEnrolment(null);
      if (answer.recovery_codes !== undefined) setCodes(answer.recovery_codes);
    },
  });
  const remove = useAction({
    send: (api) => api.delete("/auth/me/totp"),
    changes: CHANGES,
    done: t("The app is removed"),
  });

  return (
    <Card
      title={t("Authenticator app")}
      about={t("A code from an app on your phone, asked for after the password.")}
      actions={
        totp === null ? (
          <Button variant="default" size="xs" loading={begin.isRunning} onClick={() => begin.run()}>
            {t("Set up")}
          </Button>
        ) : (
          <ConfirmButton
            label={t("Remove")}
            accessibleLabel={t("Remove the authenticator app")}
            title={t("Remove the authenticator app?")}
            about={t(
              "Signing in will not ask for its code any more. Your other devices are signed out.",
            )}
            confirm={t("Remove")}
            isRunning={remove.isRunning}
            onConfirm={() => remove.run()}
          />
        )
      }
    >
      {totp === null ? (
        <Text size="sm" c="dimmed">
          {t("Not set up.")}
        </Text>
      ) : (
        <Group gap="sm">
          <Badge color="green" variant="light">
            {t("On")}
          </Badge>
          <Text size="sm" c="dimmed">
            {t("since")} <Time at={totp.confirmed_at} />
          </Text>
        </Group>
      )}
      <FormDialog
        isOpen={enrolment !== null}
        title={t("Set up an authenticator app")}
        submit={t("Turn on")}
        isRunning={confirm.isRunning}
        isDisabled={code.length !== 6}
        problem={confirm.problem}
        onClose={() => setEnrolment(null)}
        onSubmit={() => confirm.run()}
      >
        {enrolment === null ? null : (
          <Stack gap="md">
            <Text size="sm">{t("Scan this with the app, or type the key into it.")}</Text>
            <Group justify="center">
              <img
                className="lk-qr"
                alt={t("QR code for the authenticator app")}
                src={`data:image/svg+xml;utf8,${encodeURIComponent(enrolment.qr)}`}
              />
            </Group>
            <Group justify="space-between" gap="sm" wrap="nowrap">
              <span className="lk-token">{groupsOfFour(enrolment.secret)}</span>
              <Copy value={enrolment.secret} />
            </Group>
            <TextInput
              label={t("Code that the app shows")}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value.replaceAll(/\D/g, ""))}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              required
              data-autofocus
            />
          </Stack>
        )}
      </FormDialog>
      <RecoveryCodesDialog codes={codes} onClose={() => setCodes(null)} />
    </Card>
  );
}

function groupsOfFour(secret: string): string {
  return (secret.match(/.{1,4}/g) ?? []).join(" ");
}
