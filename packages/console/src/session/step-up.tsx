// Proving again who is here, before something sensitive: password, authenticator app or passkey.
// The dialog opens when the server asks, and the request is then sent again.

import {
  lazy,
  type ReactElement,
  type ReactNode,
  Suspense,
  useCallback,
  useMemo,
  useRef,
  useState,
} from "react";
import { createApi, type StepUp } from "../api/api.ts";
import { ApiProvider } from "../api/use-api.tsx";
import type { Factors } from "../api/wire.ts";
import { useSession } from "./session-context.tsx";
import type { Way } from "./step-up-dialog.tsx";

const StepUpDialog = lazy(async () => ({
  default: (await import("./step-up-dialog.tsx")).StepUpDialog,
}));

/** Gives everything below it an API that asks for a fresh proof when it must. */
export function StepUpProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const session = useSession();
  const [ways, setWays] = useState<readonly Way[] | null>(null);
  const settle = useRef<((isProved: boolean) => void) | undefined>(undefined);

  const stepUp = useCallback<StepUp>(async () => {
    setWays(waysOf(await session.request<Factors>("/auth/me/factors").catch(() => null)));
    return new Promise<boolean>((resolve) => {
      settle.current = resolve;
    });
  }, [session]);

  const api = useMemo(() => createApi(session, stepUp), [session, stepUp]);

  const close = (isProved: boolean): void => {
    setWays(null);
    settle.current?.(isProved);
    settle.current = undefined;
  };

  return (
    <ApiProvider api={api}>
      {children}
      {ways === null ? null : (
        <Suspense>
          <StepUpDialog ways={ways} onClose={close} />
        </Suspense>
      )}
    </ApiProvider>
  );
}

// Where there is a second factor, the password alone proves nothing here: whoever stole a session
// may have it too.
function waysOf(factors: Factors | null): readonly Way[] {
  if (factors === null) return ["password"];
  const ways: Way[] = [];
  if (factors.passkeys.length > 0) ways.push("passkey");
  if (factors.totp !== null) ways.push("totp");
  return ways.length === 0 ? ["password"] : ways;
}
