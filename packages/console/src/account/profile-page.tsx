// One's own profile: name, user name, e-mail address, roles.

import { Badge, Button, Group, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { lazy, type ReactElement, Suspense, useState } from "react";
import { useAction, useReading } from "../api/use-api.tsx";
import { problemAt, problemBeside } from "../api/problem.ts";
import type { User } from "../api/wire.ts";
import { Card, Page } from "../layout/page.tsx";
import { Failure, Reading } from "../layout/states.tsx";
import { Time } from "../layout/time.tsx";
import { useWords } from "../words/words.tsx";

const EmailDialog = lazy(async () => ({
  default: (await import("./email-dialog.tsx")).EmailDialog,
}));

/** The page. */
export function ProfilePage(): ReactElement {
  const { t } = useWords();
  const me = useReading<User>("/auth/me");
  return (
    <Page title={t("Profile")} about={t("Who you are here, and how you are reached.")}>
      <Reading of={me}>
        {(user) => (
          <>
            {/* Made anew when the account was read again, so that the fields show what is true. */}
            <ProfileForm key={`${user.name} ${user.username}`} user={user} />
            <EmailCard user={user} />
            <FactsCard user={user} />
          </>
        )}
      </Reading>
    </Page>
  );
}

function ProfileForm({ user }: { readonly user: User }): ReactElement {
  const { t } = useWords();
  const [name, setName] = useState(user.name ?? "");
  const [username, setUsername] = useState(user.username ?? "");
  const save = useAction({
    send: (api) =>
      api.patch("/auth/me", {
        name: name.trim() === "" ? null : name.trim(),
        username: username.trim() === "" ? null : username.trim(),
      }),
    changes: ["/auth/me"],
    done: t("Profile saved"),
    isQuiet: true,
  });
  const { problem } = save;
  const isChanged = name !== (user.name ?? "") || username !== (user.username ?? "");
  return (
    <Card title={t("Name")} about={t("Shown to you and to administrators.")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.run();
        }}
      >
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label={t("Name")}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              autoComplete="name"
              maxLength={100}
              error={problemAt(problem, "name")}
            />
            <TextInput
              label={t("User name")}
              description={t("You can sign in with it instead of the e-mail address.")}
              inputWrapperOrder={["label", "input", "description", "error"]}
              value={username}
              onChange={(event) => setUsername(event.currentTarget.value)}
              autoComplete="username"
              maxLength={32}
              error={problemAt(problem, "username")}
            />
          </SimpleGrid>
          <Failure problem={problemBeside(problem, ["name", "username"])} />
          <Group>
            <Button type="submit" loading={save.isRunning} disabled={!isChanged}>
              {t("Save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function EmailCard({ user }: { readonly user: User }): ReactElement {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const resend = useAction({
    send: (api) => api.post("/auth/email/resend", { email: user.email }),
    done: t("A mail with a link is on its way"),
  });
  return (
    <Card
      title={t("E-mail address")}
      about={t("What you sign in with, and where news about your account goes.")}
      actions={
        <Button variant="default" size="xs" onClick={() => setOpen(true)}>
          {t("Change address")}
        </Button>
      }
    >
      <Group gap="sm">
        <Text fw={600}>{user.email}</Text>
        {user.email_verified ? (
          <Badge color="green" variant="light">
            {t("Verified")}
          </Badge>
        ) : (
          <>
            <Badge color="yellow" variant="light">
              {t("Not verified")}
            </Badge>
            <Button
              variant="default"
              size="xs"
              loading={resend.isRunning}
              disabled={resend.isDone}
              onClick={() => resend.run()}
            >
              {t("Send the mail again")}
            </Button>
          </>
        )}
      </Group>
      {user.email_verified ? null : (
        <Text size="sm" c="dimmed" mt="xs">
          {t(
            "Open the link in the mail on this device: one click there proves that the address is yours.",
          )}
        </Text>
      )}
      {isOpen ? (
        <Suspense>
          <EmailDialog onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </Card>
  );
}

function FactsCard({ user }: { readonly user: User }): ReactElement {
  const { t } = useWords();
  return (
    <Card title={t("Membership")}>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="lg">
        <Fact label={t("Roles")}>
          {user.roles.length === 0 ? (
            <Text c="dimmed">{t("None")}</Text>
          ) : (
            <Group gap={6}>
              {user.roles.map((role) => (
                <Badge key={role} variant="light" tt="none">
                  {role}
                </Badge>
              ))}
            </Group>
          )}
        </Fact>
        <Fact label={t("Account since")}>
          <Time at={user.created_at} />
        </Fact>
        <Fact label={t("Account id")}>
          <span className="lk-mono">{user.id}</span>
        </Fact>
      </SimpleGrid>
    </Card>
  );
}

function Fact(props: { readonly label: string; readonly children: React.ReactNode }): ReactElement {
  return (
    <div>
      <Text size="sm" c="dimmed" mb={2}>
        {props.label}
      </Text>
      {props.children}
    </div>
  );
}
