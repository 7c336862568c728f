// The API for components: readings that are kept and refreshed, and actions that say how they went.

import { useMutation, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import { useToast } from "../layout/toasts.tsx";
import type { Api } from "./api.ts";
import { ProblemError } from "./problem.ts";

const ApiContext = createContext<Api | undefined>(undefined);

/** Gives everything below it the API. */
export function ApiProvider(props: { readonly api: Api; readonly children: ReactNode }): ReactNode {
  return <ApiContext value={props.api}>{props.children}</ApiContext>;
}

/** The API. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === undefined) throw new Error("useApi outside of ApiProvider");
  return api;
}

/** Reads a path and keeps what it answered. @param refresh - milliseconds between readings */
export function useReading<Answer>(
  path: string,
  options: { readonly refresh?: number; readonly isEnabled?: boolean } = {},
): UseQueryResult<Answer, ProblemError> {
  const api = useApi();
  return useQuery<Answer, ProblemError>({
    queryKey: [path],
    queryFn: () => api.get<Answer>(path),
    ...(options.refresh === undefined ? {} : { refetchInterval: options.refresh }),
    ...(options.isEnabled === undefined ? {} : { enabled: options.isEnabled }),
  });
}

/** Something that changes the server. */
export interface Action<Input, Answer> {
  readonly run: (input: Input) => void;
  readonly isRunning: boolean;
  readonly problem: ProblemError | null;
  readonly reset: () => void;
  readonly answer: Answer | undefined;
}

/**
 * An action. Readings whose path begins with one of `changes` are read again after it.
 *
 * With `done` the success is told in a toast; failures are told there too, unless `isQuiet`, for
 * forms that show them themselves.
 */
export function useAction<Input = void, Answer = unknown>(options: {
  readonly send: (api: Api, input: Input) => Promise<Answer>;
  readonly changes?: readonly string[];
  readonly done?: string;
  readonly isQuiet?: boolean;
  readonly onDone?: (answer: Answer) => void;
}): Action<Input, Answer> {
  const api = useApi();
  const client = useQueryClient();
  const toast = useToast();
  const mutation = useMutation<Answer, ProblemError, Input>({
    mutationFn: (input) => options.send(api, input),
    onSuccess: async (answer) => {
      if (options.done !== undefined) toast.good(options.done);
      options.onDone?.(answer);
      const { changes = [] } = options;
      await client.invalidateQueries({
        predicate: ({ queryKey: [path] }) =>
          typeof path === "string" && changes.some((start) => path.startsWith(start)),
      });
    },
    onError: (problem) => {
      if (options.isQuiet !== true) toast.bad(problem);
    },
  });
  return {
    run: (input) => mutation.mutate(input),
    isRunning: mutation.isPending,
    problem: mutation.error,
    reset: () => mutation.reset(),
    answer: mutation.data,
  };
}
