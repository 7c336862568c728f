// Shows the pages to whoever is signed in, and sends everybody else to the hosted sign-in page,
// which brings them back here.

import { Button, Center, Loader, Stack, Text, Title } from "@mantine/core";
import { type ReactElement, type ReactNode, useEffect } from "react";
import { useWords } from "../words/words.tsx";
import { base } from "./base.ts";
import { useSessionState } from "./session-context.tsx";

/** Lets only somebody who is signed in see what is below. */
export function SignedIn({ children }: { readonly children: ReactNode }): ReactNode {
  const state = useSessionState();
  if (state.status === "signed_in") return children;
  if (state.status === "signed_out") return <Leaving isWanted={state.reason === "signed_out"} />;
  return state.error === null ? <Waiting /> : <Unreachable />;
}

/** Where signing in happens, and comes back to this place. */
export function signInUrl(path: string): string {
  return `${base}/sign-in?${new URLSearchParams({ return_to: path }).toString()}`;
}

// Whoever signed out is told so; whoever is not signed in comes back here once they are.
function Leaving({ isWanted }: { readonly isWanted: boolean }): ReactElement {
  useEffect(() => {
    // Only the path: a query is nobody's business on the way.
    location.replace(isWanted ? `${base}/signed-out` : signInUrl(location.pathname));
  }, [isWanted]);
  return <Waiting />;
}

function Waiting(): ReactElement {
  const { t } = useWords();
  return (
    <Center h="100vh" role="status" aria-label={t("Loading")}>
      <Loader type="dots" />
    </Center>
  );
}

function Unreachable(): ReactElement {
  const { t } = useWords();
  return (
    <Center h="100vh" p="lg">
      <Stack align="center" gap="sm" ta="center" role="alert">
        <Title order={1}>{t("The server cannot be reached")}</Title>
        <Text c="dimmed">{t("Check the network, then try again.")}</Text>
        <Button onClick={() => location.reload()}>{t("Try again")}</Button>
      </Stack>
    </Center>
  );
}
