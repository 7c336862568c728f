// Recovery codes: how many are left, new ones, and the one time that they are shown.

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { useAction } from "../api/use-api.tsx";
import { Copy } from "../layout/copy-button.tsx";
import { ConfirmButton } from "../layout/dialog.tsx";
import { downloadText } from "../layout/download.ts";
import { Icon } from "../layout/icons.tsx";
import { Card } from "../layout/page.tsx";
import { useWords } from "../words/words.tsx";

/** Codes left from which on new ones are advised. */
const FEW_CODES = 3;

/** The card. */
export function RecoveryCodesCard({ left }: { readonly left: number }): ReactElement {
  const { t } = useWords();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const renew = useAction<void, { readonly recovery_codes: readonly string[] }>({
    send: (api) => api.post("/auth/me/recovery-codes"),
    changes: ["/auth/me", "/auth/sessions"],
    onDone: (answer) => setCodes(answer.recovery_codes),
  });
  return (
    <Card
      title={t("Recovery codes")}
      about={t("Each signs you in once when app and passkey are out of reach.")}
      actions={
        <ConfirmButton
          label={left === 0 ? t("Make codes") : t("Make new codes")}
          title={t("Make new recovery codes?")}
          about={t("The codes that you have now stop working. Your other devices are signed out.")}
          confirm={t("Make codes")}
          isRunning={renew.isRunning}
          onConfirm={() => renew.run()}
        />
      }
    >
      <Text size="sm" {...(left <= FEW_CODES ? { c: "var(--lk-bad)", fw: 600 } : { c: "dimmed" })}>
        {t("{n} codes left.", { n: left })}
      </Text>
      <RecoveryCodesDialog codes={codes} onClose={() => setCodes(null)} />
    </Card>
  );
}

/** Shows new codes, once. */
export function RecoveryCodesDialog(props: {
  readonly codes: readonly string[] | null;
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useWords();
  const codes = props.codes ?? [];
  const text = `${codes.join("\n")}\n`;
  return (
    <Modal
      opened={props.codes !== null}
      onClose={props.onClose}
      title={t("Your recovery codes")}
      centered
      closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": t("Close") }}
    >
      <Stack gap="md">
        <Text size="sm">
          {t(
            "Keep them where you will find them without your phone. They are shown this one time.",
          )}
        </Text>
        <ul className="lk-codes">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <Group gap="sm">
          <Copy value={text} />
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon name="down" size={16} />}
            onClick={() => downloadText("recovery-codes.txt", text)}
          >
            {t("Download")}
          </Button>
        </Group>
        <Group justify="flex-end">
          <Button onClick={props.onClose}>{t("I have kept them")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
