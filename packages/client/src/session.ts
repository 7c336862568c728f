// The session as this page knows it: the access token in memory, the state that the application
// sees, and the news of other tabs. Whatever changes who is signed in goes through here.

import type { UserAnswer } from "@latchkey/protocol";
import { type HeldToken, holdToken, sessionIdOf } from "./access-token.ts";
import type { LatchkeyClientError } from "./error.ts";
import type { SignedOutReason } from "./renewal-attempt.ts";
import { createStateStore, type StateStore } from "./session-state.ts";
import type { TabMessage } from "./tabs.ts";

/** The session of a page. */
export interface Session {
  readonly state: Pick<StateStore, "get" | "subscribe">;
  held(): HeldToken | null;
  /** Grows with each sign-in and sign-out: an answer to a question from before counts no more. */
  epoch(): number;
  /** Takes the access token of an answer; false when it is none, or of a session that is over. */
  adopt(answer: AccessAnswer): boolean;
  /** True after a sign-in here, until a renewal shows that its refresh token was kept. */
  isUnproven(): boolean;
  /** Nobody is signed in any more. */
  end(reason: SignedOutReason, error?: LatchkeyClientError): void;
  /** A renewal failed, for good or for now. */
  fail(error: LatchkeyClientError, isFinal: boolean): void;
  /** The account's data, if it is still the same account. */
  know(user: UserAnswer): void;
  hear(message: TabMessage): void;
}

/** An answer with an access token. */
export interface AccessAnswer {
  readonly accessToken: unknown;
  /** Seconds. */
  readonly expiresIn: unknown;
  /** When its request was sent, in milliseconds. */
  readonly sentAt: number;
  /** A sign-in replaces whoever was here; a renewal proves that the refresh token was kept. */
  readonly from: "sign_in" | "renewal" | "request";
  readonly user?: UserAnswer | undefined;
}

/** What a session needs. */
export interface SessionDeps {
  readonly random: () => number;
  readonly tell: (message: TabMessage) => void;
  /** Called after the held token changed. */
  readonly onChange: () => void;
}

/** Creates the session of a page, of which nothing is known yet. */
export function createSession({ random, tell, onChange }: SessionDeps): Session {
  const state = createStateStore();
  let held: HeldToken | null = null;
  let epoch = 0;
  let endedId: string | null = null;
  let isUnproven = false;

  function take(next: HeldToken, user: UserAnswer | undefined): void {
    held = next;
    const { claims } = next;
    const before = state.get();
    const roles = namesOf(claims["roles"]);
    const isSame =
      before.status === "signed_in" &&
      before.userId === claims["sub"] &&
      before.roles.join() === roles.join();
    state.set({
      status: "signed_in",
      userId: String(claims["sub"]),
      sessionId: sessionIdOf(next),
      roles,
      permissions: namesOf(claims["permissions"]),
      claims,
      user: user ?? (isSame ? before.user : null),
      error: null,
    });
    onChange();
  }

  function end(reason: SignedOutReason, error: LatchkeyClientError | null): void {
    epoch += 1;
    isUnproven = false;
    endedId = sessionIdOf(held) ?? endedId;
    held = null;
    state.set({ status: "signed_out", reason, error });
    onChange();
  }

  return {
    state,
    held: () => held,
    epoch: () => epoch,
    isUnproven: () => isUnproven,
    adopt: ({ accessToken, expiresIn, sentAt, from, user }) => {
      const times = { receivedAt: sentAt, life: Number(expiresIn) * 1000 };
      const next = holdToken(accessToken, { ...times, random: random() });
      if (next === undefined) return false;
      const sessionId = sessionIdOf(next);
      if (sessionId !== null && sessionId === endedId) return false;
      if (from === "sign_in") epoch += 1;
      if (from !== "request") isUnproven = from === "sign_in";
      take(next, user);
      tell({ kind: "token", token: next.token, ...times });
      return true;
    },
    end: (reason, error) => {
      const sessionId = sessionIdOf(held);
      end(reason, error ?? null);
      if (sessionId !== null) tell({ kind: "ended", sessionId, reason });
    },
    fail: (error, isFinal) => {
      const now = state.get();
      if (isFinal) {
        held = null;
        state.set({ status: "failed", error });
      } else if (now.status !== "failed") state.set({ ...now, error });
      onChange();
    },
    know: (user) => {
      const now = state.get();
      if (now.status === "signed_in" && now.userId === user.id) state.set({ ...now, user });
    },
    hear: (message) => {
      if (message.kind === "ended") {
        // Of another session than ours it says nothing to us.
        if (sessionIdOf(held) === message.sessionId) end(message.reason as SignedOutReason, null);
        return;
      }
      const next = holdToken(message.token, { ...message, random: random() });
      if (next === undefined || sessionIdOf(next) === endedId) return;
      // Messages of two tabs may overtake each other: an older token replaces no newer one.
      if (held !== null && Number(next.claims["iat"]) < Number(held.claims["iat"])) return;
      if (sessionIdOf(next) !== sessionIdOf(held)) epoch += 1;
      take(next, undefined);
    },
  };
}

function namesOf(claim: unknown): readonly string[] {
  return (claim ?? []) as readonly string[];
}
