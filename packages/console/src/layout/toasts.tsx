// Short messages at the edge of the page: what went well goes by itself, what failed stays until it
// is closed. Both are read out.

import { Alert, CloseButton, Group, Text } from "@mantine/core";
import {
  createContext,
  type ReactElement,
  type ReactNode,
  useContext,
  useMemo,
  useState,
} from "react";
import { ProblemError } from "../api/problem.ts";
import { refusalWords } from "../words/refusals.ts";
import { useWords } from "../words/words.tsx";

/** Milliseconds that good news stay. */
const GOOD_NEWS_TIME = 5000;

/** Messages shown at once, at most; the oldest go. */
const MAX_TOASTS = 4;

interface Toast {
  readonly id: number;
  readonly isGood: boolean;
  readonly title: string;
  readonly detail?: string;
  readonly values?: Readonly<Record<string, string>>;
}

interface Toasts {
  good(title: string): void;
  bad(problem: unknown): void;
}

const ToastContext = createContext<Toasts | undefined>(undefined);

/** Shows the messages of everything below it. */
export function ToastProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [list, setList] = useState<readonly Toast[]>([]);
  const { t } = useWords();

  const toasts = useMemo<Toasts>(() => {
    let last = 0;
    const close = (id: number): void => setList((now) => now.filter((toast) => toast.id !== id));
    const add = (toast: Omit<Toast, "id">): number => {
      last += 1;
      const id = last;
      setList((now) => [...now, { ...toast, id }].slice(-MAX_TOASTS));
      return id;
    };
    return {
      good(title) {
        const id = add({ isGood: true, title });
        setTimeout(() => close(id), GOOD_NEWS_TIME);
      },
      bad(problem) {
        const known = problem instanceof ProblemError ? refusalWords(problem) : undefined;
        add({
          isGood: false,
          title: known?.title ?? "Something went wrong",
          detail: known?.about ?? "Reload the page and try again.",
          values: known?.values ?? {},
        });
      },
    };
  }, []);

  return (
    <ToastContext value={toasts}>
      {children}
      <div className="lk-toasts" role="status" aria-live="polite">
        {list.map(({ id, isGood, title, detail, values }) => (
          <Alert
            key={id}
            color={isGood ? "green" : "red"}
            variant="filled"
            bg={isGood ? "#1b7a43" : "#b3261e"}
            py="sm"
          >
            <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
              <div>
                <Text size="sm" fw={600} c="white">
                  {t(title)}
                </Text>
                {detail === undefined ? null : (
                  <Text size="sm" c="white">
                    {t(detail, values)}
                  </Text>
                )}
              </div>
              <CloseButton
                size="sm"
                variant="transparent"
                c="white"
                aria-label={t("Close this message")}
                onClick={() => setList((now) => now.filter((toast) => toast.id !== id))}
              />
            </Group>
          </Alert>
        ))}
      </div>
    </ToastContext>
  );
}

/** The messages. */
export function useToast(): Toasts {
  const toasts = useContext(ToastContext);
  if (toasts === undefined) throw new Error("useToast outside of ToastProvider");
  return toasts;
}
