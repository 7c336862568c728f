// The dialog that asks for a fresh proof: password, authenticator app or passkey. Loaded when it is
// needed, which is seldom.

import type { LatchkeyClient, StepUpProof } from "@latchkey/client";
import { PasswordInput, SegmentedControl, Text, TextInput } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { ProblemError, problemOf } from "../api/problem.ts";
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

  const prove = async (): Promise<void> => {
    setRunning(true);
    setProblem(null);
    try {
      await session.stepUp(way === "passkey" ? await passkeyProof(session) : proofOf(way, text));
      onClose(true);
    } catch (error) {
      setProblem(problemOf(error));
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
            setWay(next);
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

function proofOf(way: "password" | "totp", text: string): StepUpProof {
  return way === "password" ? { password: text } : { totp: text };
}

async function passkeyProof(session: LatchkeyClient): Promise<StepUpProof> {
  const { startAuthentication } = await import("@simplewebauthn/browser");
  const { ceremony, options } = await session.request<{
    ceremony: string;
    options: Parameters<typeof startAuthentication>[0]["optionsJSON"];
  }>("/auth/step-up/passkey-options", { json: {} });
  try {
    return { ceremony, passkey: await startAuthentication({ optionsJSON: options }) };
  } catch {
    throw new ProblemError({
      status: 1,
      code: "passkey_failed",
      title: "The passkey was not used",
      detail: "The browser or you stopped it. Try again.",
    });
  }
}
