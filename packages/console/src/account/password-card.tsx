// Changing one's password. The other devices are signed out; this one stays.

import { Button, PasswordInput, Text } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { useAction } from "../api/use-api.tsx";
import { FormDialog } from "../layout/dialog.tsx";
import { Card } from "../layout/page.tsx";
import { useWords } from "../words/words.tsx";

/** The card. */
export function PasswordCard({ hasPassword }: { readonly hasPassword: boolean }): ReactElement {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const close = (): void => {
    setOpen(false);
    setCurrent("");
    setNext("");
    change.reset();
  };
  const change = useAction({
    send: (api) => api.post("/auth/me/password", { current_password: current, new_password: next }),
    changes: ["/auth/me", "/auth/sessions"],
    done: t("Password changed; your other devices are signed out"),
    isQuiet: true,
    onDone: close,
  });
  return (
    <Card
      title={t("Password")}
      actions={
        <Button variant="default" size="xs" onClick={() => setOpen(true)}>
          {t("Change password")}
        </Button>
      }
    >
      <Text size="sm" c="dimmed">
        {hasPassword
          ? t("A long sentence is easier to remember than a short riddle.")
          : t("No password is set: you sign in with a passkey or by mail.")}
      </Text>
      <FormDialog
        isOpen={isOpen}
        title={t("Change password")}
        submit={t("Change password")}
        isRunning={change.isRunning}
        problem={change.problem}
        onClose={close}
        onSubmit={() => change.run()}
      >
        <PasswordInput
          label={t("Current password")}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          autoComplete="current-password"
          required
          data-autofocus
        />
        <PasswordInput
          label={t("New password")}
          description={t("The longer the better; a sentence is fine.")}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
          autoComplete="new-password"
          required
        />
      </FormDialog>
    </Card>
  );
}
