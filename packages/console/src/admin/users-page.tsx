// The users: search, and a way to each; a form for a new one.

import { Badge, Button, Group, Select, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { usePages, useReading } from "../api/use-api.tsx";
import type { Page as WirePage, Role, User } from "../api/wire.ts";
import { Icon } from "../layout/icons.tsx";
import { Card, Page } from "../layout/page.tsx";
import { Empty, Failure, Loading } from "../layout/states.tsx";
import { Time } from "../layout/time.tsx";
import { useWords } from "../words/words.tsx";
import { CreateUserDialog } from "./create-user-dialog.tsx";

/** Milliseconds after the last key until the search is sent. */
const TYPING_PAUSE = 250;

/** The page. */
export function UsersPage(): ReactElement {
  const { t } = useWords();
  const [search, setSearch] = useState("");
  const [role, setRole] = useState<string | null>(null);
  const [state, setState] = useState<string | null>(null);
  const [isCreating, setCreating] = useState(false);
  const [settled] = useDebouncedValue(search.trim(), TYPING_PAUSE);
  const roles = useReading<WirePage<Role>>("/auth/admin/roles?limit=200");

  const query = new URLSearchParams();
  if (settled !== "") query.set("search", settled);
  if (role !== null) query.set("role", role);
  if (state !== null) query.set("disabled", String(state === "disabled"));
  const filter = query.toString();
  const users = usePages<User>(`/auth/admin/users${filter === "" ? "" : `?${filter}`}`, "after");
  const isFiltered = filter !== "";

  return (
    <Page
      title={t("Users")}
      about={t("Everybody who can sign in here.")}
      actions={
        <Button leftSection={<Icon name="plus" size={18} />} onClick={() => setCreating(true)}>
          {t("Create user")}
        </Button>
      }
    >
      <Group gap="sm">
        <TextInput
          aria-label={t("Search users")}
          placeholder={t("Name, user name or e-mail")}
          leftSection={<Icon name="lens" size={18} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          type="search"
          style={{ flex: "1 1 260px" }}
        />
        <Select
          aria-label={t("Role")}
          placeholder={t("Any role")}
          data={(roles.data?.items ?? []).map(({ name }) => name)}
          value={role}
          onChange={setRole}
          clearable
          w={180}
        />
        <Select
          aria-label={t("State")}
          placeholder={t("Any state")}
          data={[
            { value: "active", label: t("Active") },
            { value: "disabled", label: t("Disabled") },
          ]}
          value={state}
          onChange={setState}
          clearable
          w={150}
        />
      </Group>
      <Card isFlush>
        {users.isLoading ? <Loading lines={6} /> : null}
        <Failure problem={users.problem} onRetry={users.retry} />
        {users.isEmpty ? (
          <Empty
            icon="people"
            title={isFiltered ? t("Nobody fits") : t("Nobody is here yet")}
            about={
              isFiltered
                ? t("Search for another part of the name or address.")
                : t("People sign up by themselves, or you create them.")
            }
          />
        ) : null}
        {users.items.length === 0 ? null : <UserTable users={users.items} />}
      </Card>
      {users.hasMore ? (
        <Group>
          <Button variant="default" loading={users.isLoadingMore} onClick={users.loadMore}>
            {t("Show more")}
          </Button>
        </Group>
      ) : null}
      {isCreating ? (
        <CreateUserDialog
          roles={(roles.data?.items ?? []).map(({ name }) => name)}
          onClose={() => setCreating(false)}
        />
      ) : null}
    </Page>
  );
}

function UserTable({ users }: { readonly users: readonly User[] }): ReactElement {
  const { t } = useWords();
  return (
    <div className="lk-scroll" tabIndex={0} role="region" aria-label={t("Users")}>
      <Table className="lk-table" verticalSpacing="sm" horizontalSpacing="lg" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("User")}</Table.Th>
            <Table.Th>{t("Roles")}</Table.Th>
            <Table.Th>{t("State")}</Table.Th>
            <Table.Th>{t("Since")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {users.map((user) => (
            <Table.Tr key={user.id} className="lk-row-link">
              <Table.Td>
                <Link to={`/admin/users/${user.id}`}>
                  <Text component="span" fw={600} c="var(--mantine-color-anchor)">
                    {user.name ?? user.email}
                  </Text>
                  {user.name === null ? null : (
                    <Text component="span" size="sm" c="dimmed" display="block">
                      {user.email}
                    </Text>
                  )}
                </Link>
              </Table.Td>
              <Table.Td>
                <RoleBadges roles={user.roles} />
              </Table.Td>
              <Table.Td>
                <UserState user={user} />
              </Table.Td>
              <Table.Td style={{ whiteSpace: "nowrap" }}>
                <Text size="sm" c="dimmed">
                  <Time at={user.created_at} />
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function RoleBadges({ roles }: { readonly roles: readonly string[] }): ReactElement {
  const { t } = useWords();
  if (roles.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("No role")}
      </Text>
    );
  }
  return (
    <Group gap={6}>
      {roles.map((role) => (
        <Badge key={role} variant="light" tt="none">
          {role}
        </Badge>
      ))}
    </Group>
  );
}

/** Whether somebody can sign in. */
export function UserState({ user }: { readonly user: User }): ReactElement {
  const { t } = useWords();
  if (user.disabled === true) {
    return (
      <Badge color="red" variant="light">
        {t("Disabled")}
      </Badge>
    );
  }
  return user.email_verified ? (
    <Badge color="green" variant="light">
      {t("Active")}
    </Badge>
  ) : (
    <Badge color="yellow" variant="light">
      {t("Not verified")}
    </Badge>
  );
}
