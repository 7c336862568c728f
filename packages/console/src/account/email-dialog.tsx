// Changing one's address: the new one gets a code, which is typed here or followed from the mail.

import { PasswordInput, Text, TextInput } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { problemAt } from "../api/problem.ts";
import { useAction } from "../api/use-api.tsx";
import { FormDialog } from "../layout/dialog.tsx";
import { useWords } from "../words/words.tsx";

/** The dialog. */
export function EmailDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useWords();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [isSent, setSent] = useState(false);

  const ask = useAction({
    send: (api) =>
      api.post("/auth/me/email", {
        email: email.trim(),
        ...(password === "" ? {} : { current_password: password }),
      }),
    isQuiet: true,
    onDone: () => setSent(true),
  });
  const confirm = useAction({
    send: (api) => api.post("/auth/me/email/confirm", { code }),
    changes: ["/auth/me"],
    done: t("Address changed"),
    isQuiet: true,
    onDone: onClose,
  });

  return (
    <FormDialog
      isOpen
      title={t("Change your e-mail address")}
      submit={isSent ? t("Confirm") : t("Send code")}
      isRunning={ask.isRunning || confirm.isRunning}
      problem={isSent ? confirm.problem : ask.problem}
      fields={["email", "code"]}
      onClose={onClose}
      onSubmit={() => (isSent ? confirm.run() : ask.run())}
    >
      {isSent ? (
        <>
          <Text size="sm">
            {t("We sent a code to {email}. It is good for a few minutes.", { email })}
          </Text>
          <TextInput
            key="code"
            label={t("Code from the mail")}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value.replaceAll(/\s/g, ""))}
            inputMode="numeric"
            autoComplete="one-time-code"
            error={problemAt(confirm.problem, "code")}
            required
            data-autofocus
          />
        </>
      ) : (
        <>
          <Text size="sm" c="dimmed">
            {t("The new address gets a code. Until you confirm it, the old one stays.")}
          </Text>
          <TextInput
            label={t("New address")}
            type="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            autoComplete="email"
            error={problemAt(ask.problem, "email")}
            required
            data-autofocus
          />
          <PasswordInput
            label={t("Your password")}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
          />
        </>
      )}
    </FormDialog>
  );
}
