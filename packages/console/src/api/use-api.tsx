// The API for components: readings that are kept and refreshed, and actions that say how they went.

import {
  type InfiniteData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import { useToast } from "../layout/toasts.tsx";
import type { Api } from "./api.ts";
import type { ProblemError } from "./problem.ts";
import type { Page } from "./wire.ts";

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

/** A list that is read page by page. */
export interface Pages<Item> {
  readonly items: readonly Item[];
  readonly isLoading: boolean;
  readonly problem: ProblemError | null;
  /** True once it is known that there is nothing. */
  readonly isEmpty: boolean;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
  readonly retry: () => void;
}

/** Reads a list; `cursor` is the parameter that the next page is asked for with. */
export function usePages<Item>(path: string, cursor: "after" | "before"): Pages<Item> {
  const api = useApi();
  const list = useInfiniteQuery<
    Page<Item>,
    ProblemError,
    InfiniteData<Page<Item>>,
    readonly string[],
    string | null
  >({
    queryKey: [path],
    queryFn: ({ pageParam }) => {
      if (pageParam === null) return api.get(path);
      const mark = path.includes("?") ? "&" : "?";
      return api.get(`${path}${mark}${cursor}=${encodeURIComponent(pageParam)}`);
    },
    initialPageParam: null,
    getNextPageParam: (page) => page.next,
    // While somebody types, the list of before stays.
    placeholderData: (before) => before,
  });
  const items = (list.data?.pages ?? []).flatMap((page) => page.items);
  return {
    items,
    isLoading: list.isPending,
    problem: list.error,
    isEmpty: list.isSuccess && items.length === 0,
    hasMore: list.hasNextPage,
    isLoadingMore: list.isFetchingNextPage,
    loadMore: () => void list.fetchNextPage(),
    retry: () => void list.refetch(),
  };
}

/** Something that changes the server. */
export interface Action<Input, Answer> {
  readonly run: (input: Input) => void;
  readonly isRunning: boolean;
  /** Whether it succeeded the last time. */
  readonly isDone: boolean;
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
    isDone: mutation.isSuccess,
    problem: mutation.error,
    reset: () => mutation.reset(),
    answer: mutation.data,
  };
}
