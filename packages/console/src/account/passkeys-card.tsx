// One's passkeys: add, name, remove.

import type { startRegistration } from "@simplewebauthn/browser";
import { Badge, Button, Group, Text, TextInput } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { ProblemError } from "../api/problem.ts";
import { useAction } from "../api/use-api.tsx";
import type { Passkey } from "../api/wire.ts";
import { ConfirmButton, FormDialog } from "../layout/dialog.tsx";
import { Icon } from "../layout/icons.tsx";
import { Card } from "../layout/page.tsx";
import { Empty } from "../layout/states.tsx";
import { Ago, Time } from "../layout/time.tsx";
import { useWords } from "../words/words.tsx";

const CHANGES = ["/auth/me", "/auth/sessions"];

/** The card. */
export function PasskeysCard(props: { readonly passkeys: readonly Passkey[] }): ReactElement {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState("");
  const add = useAction({
    send: async (api) => {
      // The server's own answer.
      const { ceremony, options } = await api.post<{ ceremony: string; options: CreationOptions }>(
        "/auth/me/passkeys/options",
      );
      const credential = await createPasskey(options);
      await api.post("/auth/me/passkeys", {
        ceremony,
        credential,
        ...(name.trim() === "" ? {} : { name: name.trim() }),
      });
    },
    changes: CHANGES,
    done: t("Passkey added"),
    isQuiet: true,
    onDone: () => setOpen(false),
  });
  const addButton = (
    <Button
      size="xs"
      leftSection={<Icon name="plus" size={16} />}
      onClick={() => {
        setName("");
        add.reset();
        setOpen(true);
      }}
    >
      {t("Add a passkey")}
    </Button>
  );
  return (
    <Card
      title={t("Passkeys")}
      about={t(
        "Sign in by fingerprint, face or screen lock. Nothing to remember, nothing to phish.",
      )}
      actions={props.passkeys.length === 0 ? undefined : addButton}
      isFlush
    >
      {props.passkeys.length === 0 ? (
        <Empty icon="key" title={t("No passkey yet")} action={addButton} />
      ) : (
        <ul className="lk-list">
          {props.passkeys.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} />
          ))}
        </ul>
      )}
      <FormDialog
        isOpen={isOpen}
        title={t("Add a passkey")}
        submit={t("Continue")}
        isRunning={add.isRunning}
        problem={add.problem}
        onClose={() => setOpen(false)}
        onSubmit={() => add.run()}
      >
        <Text size="sm" c="dimmed">
          {t("Your browser asks where to keep it: this device, a phone, or a security key.")}
        </Text>
        <TextInput
          label={t("Name")}
          placeholder={t("Such as: my phone")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={64}
          data-autofocus
        />
      </FormDialog>
    </Card>
  );
}

function PasskeyRow({ passkey }: { readonly passkey: Passkey }): ReactElement {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState(passkey.name ?? "");
  const path = `/auth/me/passkeys/${encodeURIComponent(passkey.id)}`;
  const shown = passkey.name ?? t("Passkey");
  const rename = useAction({
    send: (api) => api.patch(path, { name: name.trim() }),
    changes: ["/auth/me/factors"],
    isQuiet: true,
    onDone: () => setOpen(false),
  });
  const remove = useAction({
    send: (api) => api.delete(path),
    changes: CHANGES,
    done: t("Passkey removed"),
  });
  return (
    <li className="lk-card-row">
      <Group justify="space-between" px="lg" py="md" gap="sm">
        <div>
          <Group gap="xs">
            <Text fw={600}>{shown}</Text>
            {passkey.synced ? (
              <Badge variant="light" color="gray">
                {t("Synced")}
              </Badge>
            ) : null}
          </Group>
          <Text size="sm" c="dimmed">
            {t("Added")} <Time at={passkey.created_at} />
            {" · "}
            {passkey.last_used_at === null ? (
              t("never used")
            ) : (
              <>
                {t("used")} <Ago at={passkey.last_used_at} />
              </>
            )}
          </Text>
        </div>
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            aria-label={t("Rename {name}", { name: shown })}
            onClick={() => setOpen(true)}
          >
            {t("Rename")}
          </Button>
          <ConfirmButton
            label={t("Remove")}
            accessibleLabel={t("Remove {name}", { name: shown })}
            title={t("Remove this passkey?")}
            about={t("It will not sign you in any more. Your other devices are signed out.")}
            confirm={t("Remove")}
            isRunning={remove.isRunning}
            onConfirm={() => remove.run()}
          />
        </Group>
      </Group>
      <FormDialog
        isOpen={isOpen}
        title={t("Rename passkey")}
        submit={t("Save")}
        isRunning={rename.isRunning}
        problem={rename.problem}
        onClose={() => setOpen(false)}
        onSubmit={() => rename.run()}
      >
        <TextInput
          label={t("Name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={64}
          required
          data-autofocus
        />
      </FormDialog>
    </li>
  );
}

type CreationOptions = Parameters<typeof startRegistration>[0]["optionsJSON"];

async function createPasskey(options: CreationOptions): Promise<object> {
  const browser = await import("@simplewebauthn/browser");
  try {
    return await browser.startRegistration({ optionsJSON: options });
  } catch (error) {
    const isKnown = error instanceof Error && error.name === "InvalidStateError";
    throw new ProblemError({
      status: 1,
      code: "passkey_failed",
      title: isKnown ? "This device has a passkey already" : "No passkey was made",
      detail: isKnown
        ? "Sign in with it, or choose another device."
        : "The browser or you stopped it. Try again, or choose another device.",
    });
  }
}
