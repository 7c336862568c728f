// For React: a provider and three hooks. The state lives in the client; React only watches it.

import {
  type Context,
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useSyncExternalStore,
} from "react";
import type { LatchkeyClient } from "./client.ts";
import type { SessionState } from "./session-state.ts";

/** The account of whoever is signed in, as {@link useUser} gives it. */
export type User = Awaited<ReturnType<LatchkeyClient["loadUser"]>>;

const ClientContext: Context<LatchkeyClient | null> = createContext<LatchkeyClient | null>(null);

/**
 * Gives a client to the components below.
 *
 * @example
 * ```tsx
 * <LatchkeyProvider client={client}>
 *   <App />
 * </LatchkeyProvider>
 * ```
 */
export function LatchkeyProvider(props: {
  readonly client: LatchkeyClient;
  readonly children?: ReactNode;
}): ReactElement {
  return createElement(ClientContext.Provider, { value: props.client }, props.children);
}

/**
 * The client of the provider above.
 *
 * @throws TypeError without a provider
 */
export function useClient(): LatchkeyClient {
  const client = useContext(ClientContext);
  if (client === null) throw new TypeError("useClient: there is no LatchkeyProvider above");
  return client;
}

/** Who is signed in; the component renders again when that changes. */
export function useSession(): SessionState {
  const client = useClient();
  return useSyncExternalStore(client.subscribe, client.getSnapshot, serverSnapshot);
}

/**
 * The account of whoever is signed in: loaded when it is not known yet, null until then and when
 * nobody is signed in.
 */
export function useUser(): User | null {
  const client = useClient();
  const session = useSession();
  const user = session.status === "signed_in" ? session.user : null;
  // Of the access token: a failure is left to the next renewal, which brings other ones.
  const claims = session.status === "signed_in" && user === null ? session.claims : null;
  useEffect(() => {
    if (claims !== null) client.loadUser().catch(() => {});
  }, [client, claims]);
  return user;
}

const LOADING: SessionState = { status: "loading", error: null };

function serverSnapshot(): SessionState {
  return LOADING;
}
