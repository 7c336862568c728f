// What a list or a card shows while it has nothing: it loads, it failed, or it is empty. Each says
// how to go on.

import { Alert, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import type { ProblemError } from "../api/problem.ts";
import { refusalWords } from "../words/refusals.ts";
import { useWords } from "../words/words.tsx";
import { Icon, type IconName } from "./icons.tsx";

/** Shows what was read, or why not yet. */
export function Reading<Answer>(props: {
  readonly of: UseQueryResult<Answer, ProblemError>;
  readonly lines?: number;
  readonly children: (answer: Answer) => ReactNode;
}): ReactNode {
  const { of, lines = 3, children } = props;
  if (of.data !== undefined) return children(of.data);
  if (of.error !== null) return <Failure problem={of.error} onRetry={() => void of.refetch()} />;
  return <Loading lines={lines} />;
}

/** Grey lines, while something loads. */
export function Loading({ lines = 3 }: { readonly lines?: number }): ReactElement {
  const { t } = useWords();
  return (
    <Stack gap="sm" p="lg" role="status" aria-label={t("Loading")}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={18} width={`${100 - ((line * 17) % 45)}%`} />
      ))}
    </Stack>
  );
}

/** What went wrong, and what to do; nothing while nothing did. */
export function Failure(props: {
  readonly problem: ProblemError | null;
  readonly onRetry?: () => void;
}): ReactElement | null {
  const { t } = useWords();
  const { problem, onRetry } = props;
  if (problem === null) return null;
  const { title, about, values } = refusalWords(problem);
  return (
    <Alert color="red" title={t(title, values)} m={onRetry === undefined ? 0 : "lg"} role="alert">
      <Stack gap="sm" align="flex-start">
        <div>
          {/* Where members are named, the detail only says that they are, to programs. */}
          {problem.errors.length > 0 ? null : <Text size="sm">{t(about, values)}</Text>}
          {problem.errors.map(({ path, message }) => (
            <Text size="sm" key={`${path} ${message}`}>
              {path === "" ? message : `${path}: ${message}`}
            </Text>
          ))}
        </div>
        {onRetry === undefined ? null : (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t("Try again")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Nothing is here yet; says what would be, and how to begin. */
export function Empty(props: {
  readonly icon: IconName;
  readonly title: string;
  readonly about?: string;
  readonly action?: ReactNode;
}): ReactElement {
  const { icon, title, about, action } = props;
  return (
    <Stack align="center" gap={6} py={40} px="lg" ta="center">
      <Group c="dimmed" mb={4}>
        <Icon name={icon} size={34} />
      </Group>
      <Text fw={600}>{title}</Text>
      {about === undefined ? null : (
        <Text size="sm" c="dimmed" maw={420}>
          {about}
        </Text>
      )}
      {action === undefined ? null : <div style={{ marginTop: 12 }}>{action}</div>}
    </Stack>
  );
}
