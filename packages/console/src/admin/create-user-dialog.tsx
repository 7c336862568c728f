// Creates a user, with a first password that is handed over by other means.

import { Group, MultiSelect, PasswordInput, Button, Switch, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { problemAt } from "../api/problem.ts";
import { useAction } from "../api/use-api.tsx";
import type { User } from "../api/wire.ts";
import { FormDialog } from "../layout/dialog.tsx";
import { useWords } from "../words/words.tsx";

/** The dialog. */
export function CreateUserDialog(props: {
  readonly roles: readonly string[];
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useWords();
  const navigate = useNavigate();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [roles, setRoles] = useState<string[]>([]);
  const [isVerified, setVerified] = useState(true);
  const [isShown, setShown] = useState(false);

  const create = useAction<void, User>({
    send: (api) =>
      api.post("/auth/admin/users", {
        email: email.trim(),
        password,
        ...(name.trim() === "" ? {} : { name: name.trim() }),
        email_verified: isVerified,
        roles,
      }),
    changes: ["/auth/admin/users"],
    done: t("User created"),
    isQuiet: true,
    onDone: (user) => {
      props.onClose();
      void navigate({ to: `/admin/users/${user.id}` });
    },
  });

  return (
    <FormDialog
      isOpen
      title={t("Create user")}
      submit={t("Create user")}
      isRunning={create.isRunning}
      problem={create.problem}
      fields={["email", "name", "password"]}
      onClose={props.onClose}
      onSubmit={() => create.run()}
    >
      <TextInput
        label={t("E-mail address")}
        type="email"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        autoComplete="off"
        error={problemAt(create.problem, "email")}
        required
        data-autofocus
      />
      <TextInput
        label={t("Name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
        maxLength={100}
        error={problemAt(create.problem, "name")}
      />
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <PasswordInput
          label={t("First password")}
          description={t("The longer the better; hand it over in private.")}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visible={isShown}
          onVisibilityChange={setShown}
          autoComplete="new-password"
          error={problemAt(create.problem, "password")}
          required
          style={{ flex: 1 }}
        />
        <Button
          variant="default"
          onClick={() => {
            setPassword(createPassword());
            setShown(true);
          }}
        >
          {t("Suggest")}
        </Button>
      </Group>
      <MultiSelect
        label={t("Roles")}
        data={[...props.roles]}
        value={roles}
        onChange={setRoles}
        placeholder={roles.length === 0 ? t("None") : ""}
        comboboxProps={{ withinPortal: true }}
      />
      <Switch
        label={t("The address is known to be theirs")}
        checked={isVerified}
        onChange={(event) => setVerified(event.currentTarget.checked)}
      />
    </FormDialog>
  );
}

// Without look-alikes, in groups that can be read out: 20 of 31 letters are 99 bits.
const LETTERS = "abcdefghijkmnpqrstuvwxyz2345679";

function createPassword(): string {
  const letters: string[] = [];
  while (letters.length < 20) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1));
    // Each letter as likely as any other.
    if (byte < 248) letters.push(LETTERS[byte % LETTERS.length] ?? "");
  }
  return (letters.join("").match(/.{5}/g) ?? []).join("-");
}
