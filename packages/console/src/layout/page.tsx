// The frame of a page's content: its title, and cards with a heading each.

import { Group, Stack, Text, Title } from "@mantine/core";
import { type ReactElement, type ReactNode, useEffect, useRef } from "react";

/** A page: title, a sentence on what it is for, and what can be done on it. */
export function Page(props: {
  readonly title: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  const { title, about, actions, children } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} - Latchkey`;
  }, [title]);
  // Whoever came by a link begins at the title: the link's place is behind them, or gone.
  useEffect(() => {
    const { activeElement } = document;
    const isLost = activeElement === document.body && hasNavigated();
    const isInMenu = (activeElement?.closest("nav") ?? null) !== null;
    if (isLost || isInMenu) {
      heading.current?.focus({ preventScroll: true });
    }
  }, []);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="md">
        <div style={{ flex: "1 1 320px" }}>
          <Title order={1} ref={heading} tabIndex={-1} style={{ outline: "none" }}>
            {title}
          </Title>
          {about === undefined ? null : (
            <Text c="dimmed" mt={4} maw={640}>
              {about}
            </Text>
          )}
        </div>
        {actions === undefined ? null : <Group gap="sm">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

/** A card. With `title` it has a heading, and beside it what can be done. */
export function Card(props: {
  readonly title?: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly isFlush?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const { title, about, actions, isFlush = false, children } = props;
  return (
    <section className="lk-card">
      {title === undefined ? null : (
        <Group
          justify="space-between"
          align="flex-start"
          gap="sm"
          px="lg"
          pt="lg"
          pb={isFlush ? "md" : 0}
        >
          <div style={{ flex: "1 1 260px" }}>
            <Title order={2}>{title}</Title>
            {about === undefined ? null : (
              <Text size="sm" c="dimmed" mt={2} maw={620}>
                {about}
              </Text>
            )}
          </div>
          {actions === undefined ? null : <Group gap="xs">{actions}</Group>}
        </Group>
      )}
      <div style={isFlush ? undefined : { padding: "var(--mantine-spacing-lg)" }}>{children}</div>
    </section>
  );
}

// The router counts its steps in the state of each; the first page is step 0.
function hasNavigated(): boolean {
  const state: unknown = history.state;
  if (typeof state !== "object" || state === null) return false;
  const step: unknown = Reflect.get(state, "__TSR_index");
  return typeof step === "number" && step > 0;
}
