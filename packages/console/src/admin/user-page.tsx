// One user: what they may do, where they are signed in, and what an administrator can do for them.

import {
  Anchor,
  Button,
  Group,
  MultiSelect,
  PasswordInput,
  SimpleGrid,
  Stack,
  Text,
} from "@mantine/core";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { useAction, useReading } from "../api/use-api.tsx";
import type { Page as WirePage, Role, User } from "../api/wire.ts";
import { ConfirmButton, FormDialog } from "../layout/dialog.tsx";
import { EventList } from "../layout/event-list.tsx";
import { Card, Page } from "../layout/page.tsx";
import { Reading } from "../layout/states.tsx";
import { Time } from "../layout/time.tsx";
import { useWords } from "../words/words.tsx";
import { UserSessionsCard } from "./user-sessions-card.tsx";
import { UserState } from "./users-page.tsx";

/** The page. */
export function UserPage(): ReactElement {
  const { t } = useWords();
  const { id } = useParams({ strict: false });
  const path = `/auth/admin/users/${encodeURIComponent(id ?? "")}`;
  const user = useReading<User>(path);
  const title = user.data?.name ?? user.data?.email ?? t("User");
  return (
    <Page
      title={title}
      about={
        <Anchor component={Link} to="/admin/users">
          {t("All users")}
        </Anchor>
      }
      actions={user.data === undefined ? null : <StateButton user={user.data} path={path} />}
    >
      <Reading of={user} lines={6}>
        {(found) => (
          <>
            <FactsCard user={found} />
            <RolesCard key={found.roles.join()} user={found} path={path} />
            <UserSessionsCard path={path} />
            <AccessCard user={found} path={path} />
            <Stack gap="sm">
              <Text component="h2" fw={650} size="lg">
                {t("What happened")}
              </Text>
              <EventList path={`/auth/admin/audit?user=${found.id}&limit=20`} />
            </Stack>
          </>
        )}
      </Reading>
    </Page>
  );
}

interface UserCardProps {
  readonly user: User;
  readonly path: string;
}

function StateButton({ user, path }: UserCardProps): ReactElement {
  const { t } = useWords();
  const isDisabled = user.disabled === true;
  const change = useAction({
    send: (api) => api.patch(path, { disabled: !isDisabled }),
    changes: ["/auth/admin/users", "/auth/admin/audit"],
    done: isDisabled ? t("Account enabled") : t("Account disabled; every token is taken back"),
  });
  if (isDisabled) {
    return (
      <Button loading={change.isRunning} onClick={() => change.run()}>
        {t("Enable account")}
      </Button>
    );
  }
  return (
    <ConfirmButton
      size="sm"
      label={t("Disable account")}
      title={t("Disable this account?")}
      about={t(
        "All sessions end and all tokens are refused everywhere within a second. It can be enabled again.",
      )}
      confirm={t("Disable account")}
      isRunning={change.isRunning}
      onConfirm={() => change.run()}
    />
  );
}

function FactsCard({ user }: { readonly user: User }): ReactElement {
  const { t } = useWords();
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    [t("E-mail address"), user.email],
    [t("User name"), user.username ?? t("None")],
    [t("State"), <UserState key="state" user={user} />],
    [t("Account since"), <Time key="time" at={user.created_at} />],
    [
      t("Account id"),
      <span key="id" className="lk-mono">
        {user.id}
      </span>,
    ],
  ];
  return (
    <Card>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="lg">
        {facts.map(([label, value]) => (
          <div key={label}>
            <Text size="sm" c="dimmed" mb={2}>
              {label}
            </Text>
            <div>{value}</div>
          </div>
        ))}
      </SimpleGrid>
    </Card>
  );
}

function RolesCard({ user, path }: UserCardProps): ReactElement {
  const { t } = useWords();
  const roles = useReading<WirePage<Role>>("/auth/admin/roles?limit=200");
  const [chosen, setChosen] = useState([...user.roles]);
  const save = useAction({
    send: async (api) => {
      for (const role of chosen.filter((name) => !user.roles.includes(name))) {
        await api.put(`${path}/roles/${encodeURIComponent(role)}`);
      }
      for (const role of user.roles.filter((name) => !chosen.includes(name))) {
        await api.delete(`${path}/roles/${encodeURIComponent(role)}`);
      }
    },
    changes: ["/auth/admin/users", "/auth/admin/audit", "/auth/me"],
    done: t("Roles saved; tokens with the old ones are refused from now on"),
  });
  const isChanged = [...chosen].sort().join() !== [...user.roles].sort().join();
  return (
    <Card
      title={t("Roles")}
      about={t("A change counts within a second, and nobody has to sign in again.")}
    >
      <Group align="flex-end" gap="sm">
        <MultiSelect
          aria-label={t("Roles")}
          data={(roles.data?.items ?? []).map(({ name }) => name)}
          value={chosen}
          onChange={setChosen}
          placeholder={chosen.length === 0 ? t("None") : ""}
          searchable
          style={{ flex: "1 1 260px" }}
        />
        <Button loading={save.isRunning} disabled={!isChanged} onClick={() => save.run()}>
          {t("Save")}
        </Button>
      </Group>
    </Card>
  );
}

function AccessCard({ user, path }: UserCardProps): ReactElement {
  const { t } = useWords();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const [password, setPassword] = useState("");
  const close = (): void => {
    setOpen(false);
    setPassword("");
    setOne.reset();
  };
  const changes = ["/auth/admin/users", "/auth/admin/audit"];
  const setOne = useAction({
    send: (api) => api.put(`${path}/password`, { password }),
    changes,
    done: t("Password set"),
    isQuiet: true,
    onDone: close,
  });
  const reset = useAction({
    send: (api) => api.delete(`${path}/factors`),
    changes,
    done: t("Second factors removed"),
  });
  const remove = useAction({
    send: (api) => api.delete(path),
    changes,
    done: t("User deleted"),
    onDone: () => void navigate({ to: "/admin/users" }),
  });
  return (
    <Card
      title={t("Help and removal")}
      about={t(
        "For somebody who is locked out or leaves. Each of these signs them out everywhere.",
      )}
    >
      <Group gap="sm">
        <Button variant="default" size="xs" onClick={() => setOpen(true)}>
          {t("Set a password")}
        </Button>
        <ConfirmButton
          label={t("Remove second factors")}
          title={t("Remove all second factors?")}
          about={t(
            "Passkeys, authenticator app and recovery codes go, and a password that is too short without them; else the password is enough to sign in. Be sure that it is them who asks.",
          )}
          confirm={t("Remove")}
          isRunning={reset.isRunning}
          onConfirm={() => reset.run()}
        />
        <ConfirmButton
          label={t("Delete user")}
          title={t("Delete {name}?", { name: user.name ?? user.email })}
          about={t("The account and everything about it goes, at once and for good.")}
          confirm={t("Delete user")}
          isRunning={remove.isRunning}
          onConfirm={() => remove.run()}
        />
      </Group>
      <FormDialog
        isOpen={isOpen}
        title={t("Set a password")}
        submit={t("Set password")}
        isRunning={setOne.isRunning}
        problem={setOne.problem}
        onClose={close}
        onSubmit={() => setOne.run()}
      >
        <PasswordInput
          label={t("New password")}
          description={t("The longer the better; hand it over in private.")}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="new-password"
          required
          data-autofocus
        />
      </FormDialog>
    </Card>
  );
}
