// The session for components: one client for the page, made before the first render. It keeps the
// access token in memory; the refresh token is in a cookie that no script can read.

import type { LatchkeyClient, SessionState } from "@latchkey/client";
import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react";

/** The permission that opens the administration; the server decides, this only shows and hides. */
export const ADMIN_PERMISSION = "latchkey:admin";

const SessionContext = createContext<LatchkeyClient | undefined>(undefined);

/** Gives everything below it the session. */
export function SessionProvider(props: {
  readonly session: LatchkeyClient;
  readonly children: ReactNode;
}): ReactNode {
  return <SessionContext value={props.session}>{props.children}</SessionContext>;
}

/** The session. */
export function useSession(): LatchkeyClient {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("useSession outside of SessionProvider");
  return session;
}

/** Who is signed in; renders again when that changes. */
export function useSessionState(): SessionState {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.getSnapshot);
}

/** Whether the administration is shown. */
export function useIsAdministrator(): boolean {
  const state = useSessionState();
  return state.status === "signed_in" && state.permissions.includes(ADMIN_PERMISSION);
}
