// What everything on the page stands in: colours, words, messages, session, API, readings.

import type { LatchkeyClient } from "@latchkey/client";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { ProblemError } from "./api/problem.ts";
import { ToastProvider } from "./layout/toasts.tsx";
import { router } from "./router.tsx";
import { styleNonce } from "./session/base.ts";
import { SessionProvider } from "./session/session-context.tsx";
import { SignedIn } from "./session/signed-in.tsx";
import { StepUpProvider } from "./session/step-up.tsx";
import { resolveVariables, theme } from "./theme.ts";
import { WordsProvider } from "./words/words.tsx";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays one; only what did not arrive is tried again.
      retry: (count, error) => count < 2 && error instanceof ProblemError && error.status === 0,
      staleTime: 5_000,
    },
  },
});

/** The console. */
export function App({ session }: { readonly session: LatchkeyClient }): ReactElement {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => styleNonce}
    >
      <WordsProvider>
        <QueryClientProvider client={queries}>
          <ToastProvider>
            <SessionProvider session={session}>
              <SignedIn>
                <StepUpProvider>
                  <RouterProvider router={router} />
                </StepUpProvider>
              </SignedIn>
            </SessionProvider>
          </ToastProvider>
        </QueryClientProvider>
      </WordsProvider>
    </MantineProvider>
  );
}
