// The dialog that asks for a fresh proof: password, authenticator app or passkey. Loaded when it is
// needed, which is seldom.

import { PasswordInput, SegmentedControl, Text, TextInput } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { ProblemError, readProblem, unreachable } from "../api/problem.ts";
import type { FreshAccess } from "../api/wire.ts";
import { FormDialog } from "../layout/dialog.tsx";
import { useWords } from "../words/words.tsx";
import { useSession } from "./session-context.tsx";

/** A way to prove who one is. */
export type Way = "password" | "totp" | "passkey";

/** The dialog. */
export function StepUpDialog(props: {
  readonly ways: readonly Way[];
  readonly onClose: (isProved: boolean) => void;
}): ReactElement {
  const { t } = useWords();
  const session = useSession();
  const { ways, onClose } = props;
  const [way, setWay] = useState<Way>(ways[0] ?? "password");
  const [text, setText] = useState("");
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<ProblemError | null>(null);

  const post = async (path: string, body: object): Promise<unknown> => {
    const response = await session.fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw await readProblem(response);
    return response.json();
  };

  const prove = async (): Promise<void> => {
    setRunning(true);
    setProblem(null);
    try {
      const proof = way === "passkey" ? await passkeyProof(post) : { [way]: text };
      session.adopt((await post("/auth/step-up", proof)) as FreshAccess);
      onClose(true);
    } catch (error) {
      setProblem(error instanceof ProblemError ? error : unreachable());
    } finally {
      setRunning(false);
    }
  };

  const label = { password: t("Password"), totp: t("App code"), passkey: t("Passkey") };
  return (
    <FormDialog
      isOpen
      title={t("Confirm that it is you")}
      submit={t("Confirm")}
      isRunning={isRunning}
      problem={problem}
      onClose={() => onClose(false)}
      onSubmit={() => void prove()}
    >
      <Text size="sm" c="dimmed">
        {t("This changes how your account is protected, so the last sign-in is too long ago.")}
      </Text>
      {ways.length < 2 ? null : (
        <SegmentedControl
          aria-label={t("How to confirm")}
          value={way}
          onChange={(next) => {
            setWay(next as Way);
            setText("");
          }}
          data={ways.map((value) => ({ value, label: label[value] }))}
        />
      )}
      {way === "password" ? (
        <PasswordInput
          label={t("Password")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autoComplete="current-password"
          required
          data-autofocus
        />
      ) : null}
      {way === "totp" ? (
        <TextInput
          label={t("Code from your authenticator app")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value.replaceAll(/\D/g, ""))}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={6}
          required
          data-autofocus
        />
      ) : null}
    </FormDialog>
  );
}

async function passkeyProof(
  post: (path: string, body: object) => Promise<unknown>,
): Promise<object> {
  const { startAuthentication } = await import("@simplewebauthn/browser");
  // The server's own answer.
  const { ceremony, options } = (await post("/auth/step-up/passkey-options", {})) as {
    ceremony: string;
    options: Parameters<typeof startAuthentication>[0]["optionsJSON"];
  };
  return { ceremony, passkey: await startAuthentication({ optionsJSON: options }) };
}
