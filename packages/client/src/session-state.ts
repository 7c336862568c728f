// What the application sees: who is signed in, as one immutable value that changes. Made for
// `useSyncExternalStore` and for any other subscriber.

import type { UserAnswer } from "@latchkey/protocol";
import type { LatchkeyClientError } from "./error.ts";
import type { SignedOutReason } from "./renewal-attempt.ts";

/** Somebody is signed in. */
export interface SignedIn {
  readonly status: "signed_in";
  readonly userId: string;
  readonly sessionId: string | null;
  /** For showing and hiding only: the API decides. */
  readonly roles: readonly string[];
  /** For showing and hiding only: the API decides. */
  readonly permissions: readonly string[];
  /** Every claim of the access token, as it came. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The account, once it is known: after a sign-in, or after `loadUser`. */
  readonly user: UserAnswer | null;
  /** Why the last renewal failed; null when it did not. The session lives. */
  readonly error: LatchkeyClientError | null;
}

/**
 * Whether somebody is signed in.
 *
 * - `loading`: not known yet; `error` says why it takes long, and it is tried again
 * - `failed`: the set-up is wrong, and `error` says what to do; nothing is tried again
 */
export type SessionState =
  | SignedIn
  | { readonly status: "loading"; readonly error: LatchkeyClientError | null }
  | { readonly status: "failed"; readonly error: LatchkeyClientError }
  | {
      readonly status: "signed_out";
      readonly reason: SignedOutReason;
      readonly error: LatchkeyClientError | null;
    };

/** A value that can be watched. */
export interface StateStore {
  readonly get: () => SessionState;
  set(state: SessionState): void;
  /** Calls `listener` after each change; the answer ends it. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** Creates the state of a client that knows nothing yet. */
export function createStateStore(): StateStore {
  let state: SessionState = { status: "loading", error: null };
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    set: (next) => {
      state = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      // Of its own, so that one function can be subscribed twice.
      const own = (): void => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}
