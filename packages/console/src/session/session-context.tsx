// The session for components: one for the page, made before the first render.

import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react";
import type { Session, SessionState } from "./session.ts";

/** The permission that opens the administration; the server decides, this only shows and hides. */
export const ADMIN_PERMISSION = "latchkey:admin";

const SessionContext = createContext<Session | undefined>(undefined);

/** Gives everything below it the session. */
export function SessionProvider(props: {
  readonly session: Session;
  readonly children: ReactNode;
}): ReactNode {
  return <SessionContext value={props.session}>{props.children}</SessionContext>;
}

/** The session. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("useSession outside of SessionProvider");
  return session;
}

/** Who is signed in; renders again when that changes. */
export function useSessionState(): SessionState {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.get);
}

/** Whether the administration is shown. */
export function useIsAdministrator(): boolean {
  const state = useSessionState();
  return state.status === "signed_in" && state.permissions.includes(ADMIN_PERMISSION);
}
