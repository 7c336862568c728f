// Roles and what they allow.

import { Badge, Button, Group, Switch, TagsInput, Text, Textarea, TextInput } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { problemAt } from "../api/problem.ts";
import { useAction, useReading } from "../api/use-api.tsx";
import type { Page as WirePage, Role } from "../api/wire.ts";
import { ConfirmButton, FormDialog } from "../layout/dialog.tsx";
import { Icon } from "../layout/icons.tsx";
import { Card, Page } from "../layout/page.tsx";
import { Empty, Reading } from "../layout/states.tsx";
import { useWords } from "../words/words.tsx";

const PATH = "/auth/admin/roles";

/** The page. */
export function RolesPage(): ReactElement {
  const { t } = useWords();
  const roles = useReading<WirePage<Role>>(`${PATH}?limit=200`);
  const [edited, setEdited] = useState<Role | "new" | null>(null);
  return (
    <Page
      title={t("Roles")}
      about={t("A role is a name for permissions. Users have roles, tokens carry both.")}
      actions={
        <Button leftSection={<Icon name="plus" size={18} />} onClick={() => setEdited("new")}>
          {t("Create role")}
        </Button>
      }
    >
      <Card isFlush>
        <Reading of={roles} lines={5}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty
                icon="tag"
                title={t("No role yet")}
                about={t("Name what a group of people may do, such as: front-desk.")}
              />
            ) : (
              <ul className="lk-list">
                {items.map((role) => (
                  <RoleRow key={role.name} role={role} onEdit={() => setEdited(role)} />
                ))}
              </ul>
            )
          }
        </Reading>
      </Card>
      {edited === null ? null : (
        <RoleDialog role={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Page>
  );
}

function RoleRow(props: { readonly role: Role; readonly onEdit: () => void }): ReactElement {
  const { t } = useWords();
  const { role, onEdit } = props;
  const remove = useAction({
    send: (api) => api.delete(`${PATH}/${encodeURIComponent(role.name)}`),
    changes: [PATH, "/auth/admin/users"],
    done: t("Role removed from everybody"),
  });
  return (
    <li className="lk-card-row">
      <Group justify="space-between" px="lg" py="md" gap="sm" align="flex-start">
        <div style={{ flex: "1 1 300px" }}>
          <Group gap="xs">
            <Text fw={600}>{role.name}</Text>
            {role.requires_mfa === true ? (
              <Badge variant="light" color="grape">
                {t("Second factor")}
              </Badge>
            ) : null}
          </Group>
          {role.description === null ? null : (
            <Text size="sm" c="dimmed">
              {role.description}
            </Text>
          )}
          <Group gap={6} mt={8}>
            {role.permissions.length === 0 ? (
              <Text size="sm" c="dimmed">
                {t("No permissions")}
              </Text>
            ) : (
              role.permissions.map((permission) => (
                <Badge key={permission} variant="default" tt="none" fw={500} className="lk-mono">
                  {permission}
                </Badge>
              ))
            )}
          </Group>
        </div>
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            aria-label={t("Change {name}", { name: role.name })}
            onClick={onEdit}
          >
            {t("Change")}
          </Button>
          <ConfirmButton
            label={t("Remove")}
            accessibleLabel={t("Remove {name}", { name: role.name })}
            title={t("Remove the role {name}?", { name: role.name })}
            about={t("Everybody loses it, and tokens that carry it are refused within a second.")}
            confirm={t("Remove")}
            isRunning={remove.isRunning}
            onConfirm={() => remove.run()}
          />
        </Group>
      </Group>
    </li>
  );
}

function RoleDialog(props: {
  readonly role: Role | null;
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useWords();
  const { role, onClose } = props;
  const [name, setName] = useState(role?.name ?? "");
  const [description, setDescription] = useState(role?.description ?? "");
  const [permissions, setPermissions] = useState([...(role?.permissions ?? [])]);
  const [requiresMfa, setRequiresMfa] = useState(role?.requires_mfa ?? false);
  const save = useAction({
    send: (api) => {
      const members = {
        description: description.trim() === "" ? null : description.trim(),
        permissions,
        // Only when it changes: what is left out stays.
        ...(requiresMfa === (role?.requires_mfa ?? false) ? {} : { requires_mfa: requiresMfa }),
      };
      return role === null
        ? api.post(PATH, { name: name.trim(), ...members })
        : api.patch(`${PATH}/${encodeURIComponent(role.name)}`, members);
    },
    changes: [PATH],
    done:
      role === null
        ? t("Role created")
        : t("Role saved; tokens with the old permissions are refused"),
    isQuiet: true,
    onDone: onClose,
  });
  return (
    <FormDialog
      isOpen
      title={role === null ? t("Create role") : t("Change {name}", { name: role.name })}
      submit={role === null ? t("Create role") : t("Save")}
      isRunning={save.isRunning}
      problem={save.problem}
      fields={["name", "description", "permissions"]}
      onClose={onClose}
      onSubmit={() => save.run()}
    >
      {role === null ? (
        <TextInput
          label={t("Name")}
          description={t("Lower case, such as: front-desk")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="off"
          maxLength={64}
          error={problemAt(save.problem, "name")}
          required
          data-autofocus
        />
      ) : null}
      <Textarea
        label={t("Description")}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        autosize
        minRows={2}
        maxLength={200}
        error={problemAt(save.problem, "description")}
      />
      <TagsInput
        label={t("Permissions")}
        description={t("Such as appointments:read. Press Enter after each.")}
        value={permissions}
        onChange={setPermissions}
        splitChars={[",", " "]}
        acceptValueOnBlur
        clearable={false}
        error={problemAt(save.problem, "permissions")}
      />
      <Switch
        label={t("Needs a second factor")}
        description={t("Whoever has this role must sign in with an app code or a passkey.")}
        checked={requiresMfa}
        onChange={(event) => setRequiresMfa(event.currentTarget.checked)}
      />
    </FormDialog>
  );
}
