// What is one's own: take it along, or have it deleted.

import { Button, PasswordInput, Stack, Text } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { useAction } from "../api/use-api.tsx";
import { FormDialog } from "../layout/dialog.tsx";
import { downloadText } from "../layout/download.ts";
import { Icon } from "../layout/icons.tsx";
import { Card, Page } from "../layout/page.tsx";
import { base } from "../session/base.ts";
import { useWords } from "../words/words.tsx";

/** The page. */
export function DataPage(): ReactElement {
  const { t } = useWords();
  const exporting = useAction<void, object>({
    send: (api) => api.get("/auth/me/export"),
    onDone: (data) =>
      downloadText("my-account.json", `${JSON.stringify(data, null, 2)}\n`, "application/json"),
    done: t("Your data was saved as a file"),
  });
  return (
    <Page title={t("Your data")} about={t("Take it along, or have it deleted.")}>
      <Card
        title={t("Export")}
        about={t(
          "Everything that is stored about you, as one file that people and programs can read.",
        )}
      >
        <Button
          variant="default"
          leftSection={<Icon name="down" size={18} />}
          loading={exporting.isRunning}
          onClick={() => exporting.run()}
        >
          {t("Download my data")}
        </Button>
      </Card>
      <DeleteCard />
    </Page>
  );
}

function DeleteCard(): ReactElement {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const [password, setPassword] = useState("");
  const remove = useAction({
    send: (api) => api.delete("/auth/me", password === "" ? {} : { current_password: password }),
    isQuiet: true,
    // The server ended every session: that page says so, and what brings the account back.
    onDone: () => location.replace(`${base}/signed-out?notice=deletion_asked`),
  });
  return (
    <Card
      title={t("Delete account")}
      about={t(
        "You are signed out everywhere at once. The account is deleted some weeks later; until then a link in a mail brings it back.",
      )}
    >
      <Button color="red.9" variant="filled" onClick={() => setOpen(true)}>
        {t("Delete my account")}
      </Button>
      <FormDialog
        isOpen={isOpen}
        title={t("Delete your account?")}
        submit={t("Delete my account")}
        isDangerous
        isRunning={remove.isRunning}
        problem={remove.problem}
        onClose={() => {
          setOpen(false);
          setPassword("");
          remove.reset();
        }}
        onSubmit={() => remove.run()}
      >
        <Stack gap="sm">
          <Text size="sm">
            {t(
              "Everything that is stored about you goes. Download it first if you want to keep it.",
            )}
          </Text>
          <PasswordInput
            label={t("Your password")}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
            data-autofocus
          />
        </Stack>
      </FormDialog>
    </Card>
  );
}
