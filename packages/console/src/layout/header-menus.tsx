// The menus in the header: language, and who is signed in. Apart, because what opens over a page is
// heavy and no page needs it to be read.

import { ActionIcon, Menu, Text, UnstyledButton } from "@mantine/core";
import type { ReactElement } from "react";
import { useReading } from "../api/use-api.tsx";
import type { User } from "../api/wire.ts";
import { useSession } from "../session/session-context.tsx";
import { type Language, LANGUAGES, useWords } from "../words/words.tsx";
import { Icon } from "./icons.tsx";

/** The language of the console. */
export function LanguageMenu(): ReactElement {
  const { t, language, setLanguage } = useWords();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("Language")}>
          <Icon name="globe" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(LANGUAGES).map(([tag, name]) => (
          <Menu.Item
            key={tag}
            lang={tag}
            onClick={() => setLanguage(tag as Language)}
            rightSection={tag === language ? <Icon name="check" size={16} /> : null}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Who is signed in, and the way out. */
export function PersonMenu(): ReactElement {
  const { t } = useWords();
  const session = useSession();
  const me = useReading<User>("/auth/me");
  const name = me.data?.name ?? me.data?.email ?? "";
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton aria-label={t("Your account")} p={4} style={{ borderRadius: 999 }}>
          <span
            style={{
              display: "grid",
              placeItems: "center",
              width: 32,
              height: 32,
              borderRadius: 999,
              background: "#3b5bdb",
              color: "#fff",
              fontWeight: 650,
              fontSize: 14,
            }}
          >
            {name === "" ? <Icon name="person" size={18} /> : initialOf(name)}
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div style={{ padding: "8px 12px" }}>
          <Text size="sm" fw={600} truncate>
            {name}
          </Text>
          {me.data?.name === null || me.data === undefined ? null : (
            <Text size="xs" c="dimmed" truncate>
              {me.data.email}
            </Text>
          )}
        </div>
        <Menu.Divider />
        <Menu.Item
          leftSection={<Icon name="leave" size={18} />}
          onClick={() => void session.signOut()}
        >
          {t("Sign out")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function initialOf(name: string): string {
  return Array.from(name)[0]?.toUpperCase() ?? "";
}
