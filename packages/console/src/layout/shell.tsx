// What every page has around it: the menu, who is signed in, language and colours. On a phone the
// menu is behind a button and closes when a place was chosen.

import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  NavLink,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, type ReactElement, Suspense, useEffect, useState } from "react";
import { useIsAdministrator } from "../session/session-context.tsx";
import { useWords } from "../words/words.tsx";
import { Icon } from "./icons.tsx";
import { accountPlaces, adminPlaces, type Place } from "./navigation.ts";

const LanguageMenu = lazy(async () => ({
  default: (await import("./header-menus.tsx")).LanguageMenu,
}));
const PersonMenu = lazy(async () => ({
  default: (await import("./header-menus.tsx")).PersonMenu,
}));

/** The frame of all pages. */
export function Shell(): ReactElement {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const isAdministrator = useIsAdministrator();
  const path = useRouterState({ select: (state) => state.location.pathname });

  useEffect(() => {
    setOpen(false);
    window.scrollTo(0, 0);
  }, [path]);

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 256, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding={{ base: "md", sm: "xl" }}
    >
      <a className="lk-skip" href="#main">
        {t("Skip to the content")}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={() => setOpen(!isOpen)}
              hiddenFrom="sm"
              size="sm"
              aria-label={t("Menu")}
              aria-expanded={isOpen}
            />
            <Brand />
          </Group>
          <Group gap={4} wrap="nowrap">
            <Suspense fallback={<MenuPlace />}>
              <LanguageMenu />
            </Suspense>
            <ColorButton />
            <Suspense fallback={<MenuPlace />}>
              <PersonMenu />
            </Suspense>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label={t("Menu")}>
        <AppShell.Section grow p="sm" style={{ overflowY: "auto" }}>
          <Places
            title={t("Your account")}
            places={accountPlaces.filter(
              ({ isAlsoInAdministration = false }) => !(isAdministrator && isAlsoInAdministration),
            )}
          />
          {isAdministrator ? <Places title={t("Administration")} places={adminPlaces} /> : null}
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main">
        <div style={{ maxWidth: 1080, margin: "0 auto" }}>
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

/** The name of the product. */
export function Brand(): ReactElement {
  return (
    <Group gap={9} wrap="nowrap">
      <svg width={28} height={28} viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#3b5bdb" />
        <path
          fill="none"
          stroke="#fff"
          strokeWidth="2.6"
          strokeLinecap="round"
          strokeLinejoin="round"
          d="M12.5 12a4.5 4.5 0 1 0 0 8 4.5 4.5 0 0 0 4.3-3.2H25v3.4M21.2 16.8v2.6"
        />
      </svg>
      <Text fw={680} size="lg">
        Latchkey
      </Text>
    </Group>
  );
}

function Places(props: {
  readonly title: string;
  readonly places: readonly Place[];
}): ReactElement {
  const { t } = useWords();
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <nav aria-label={props.title}>
      <Text size="xs" fw={600} c="dimmed" px="sm" pt="sm" pb={6}>
        {props.title}
      </Text>
      {props.places.map(({ to, label, icon, isExact = false }) => {
        const isHere = isExact ? isAt(path, to) : path.includes(to);
        return (
          <NavLink
            key={to}
            component={Link}
            to={to}
            activeOptions={{ exact: isExact }}
            label={t(label)}
            leftSection={<Icon name={icon} />}
            active={isHere}
            {...(isHere ? { "aria-current": "page" } : {})}
            styles={{ root: { borderRadius: 8 } }}
          />
        );
      })}
    </nav>
  );
}

// The router may be mounted below a path.
function isAt(path: string, to: string): boolean {
  return path.replace(/\/$/, "").endsWith(to);
}

// Nothing moves when the menus arrive.
function MenuPlace(): ReactElement {
  return <span style={{ width: 40, height: 40 }} />;
}

function ColorButton(): ReactElement {
  const { t } = useWords();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={other === "dark" ? t("Dark colours") : t("Light colours")}
      onClick={() => setColorScheme(other)}
    >
      <Icon name={other === "dark" ? "moon" : "sun"} />
    </ActionIcon>
  );
}
