// Everything that can be done with sessions, bound to one store and one policy. Other features ask
// here; what each verb does stands in the file it is imported from.

import type { Ledger } from "../revocation/ledger.ts";
import { Refusal } from "../http/refusal.ts";
import type { Database, Step } from "../storage/database.ts";
import type { IssuedAccessToken, TokenSession } from "../tokens/access-token.ts";
import type { Subject } from "../tokens/subject.ts";
import { lacksDemandedFactor } from "./demanded-factor.ts";
import { type CreatedSession, createSession, type SignIn } from "./create-session.ts";
import {
  type Ending,
  type EndingSteps,
  endAllSessionsSteps,
  endSession,
  endSessionSteps,
} from "./end-session.ts";
import { endPresentedSessions } from "./end-presented.ts";
import { findPresentedSession, type PresentedSession } from "./find-presented.ts";
import { listSessions, type SessionCursor, type SessionPage } from "./list-sessions.ts";
import { renewSession, type RenewalInput } from "./renew.ts";
import type { RefreshKeys, Renewal, RenewalDeps, ReuseListener } from "./renewal-attempt.ts";
import type { EndReason } from "./rotation.ts";
import { lifetimesOf, type SessionPolicy } from "./lifetimes.ts";
import { endEverywhere } from "./end-everywhere.ts";
import type { PlaceOf } from "./place.ts";
import { readSessions } from "./read-sessions.ts";
import { isLive } from "./select-presented.ts";
import type { Session } from "./session.ts";

/** What sessions need. */
export interface SessionsOptions {
  readonly database: Database;
  readonly keyRing: RefreshKeys;
  readonly ledger: Pick<Ledger, "retire">;
  /** Issues an access token for `lifetime` seconds from `now` (milliseconds). */
  readonly issueAccessToken: (input: {
    readonly subject: Subject;
    readonly session: TokenSession;
    readonly lifetime: number;
    readonly now: number;
  }) => IssuedAccessToken;
  readonly policy: SessionPolicy;
  /** Names the coarse place of an address, for the list of sessions. */
  readonly placeOf?: PlaceOf | undefined;
  /** Hears of each session that ended by reuse, after that is committed. It must not throw. */
  readonly onReuse?: ReuseListener | undefined;
}

/** Sessions of one server. */
export interface Sessions {
  readonly policy: SessionPolicy;
  /** Prepares a session; it exists when its steps are written. */
  create(signIn: SignIn): CreatedSession;
  /**
   * Issues an access token that does not outlive the session.
   *
   * @throws Refusal `session_expired` when the session is at its end, `session_ended` when a role
   * demands a second factor that the session was begun without
   */
  issueAccessToken(subject: Subject, session: Session, now: number): IssuedAccessToken;
  /** Renews a session. @throws Refusal; see renew.ts */
  renew(input: RenewalInput): Promise<Renewal>;
  /** The steps that end a session; `ledgerSteps` must be the last of the write. */
  endSteps(sessionId: string, ending: Ending): EndingSteps;
  /** The steps that end a user's sessions; the caller retires the user's handle with them. */
  endAllSteps(userId: string, reason: EndReason, except?: string): readonly Step[];
  /** Ends a session now. False when there was none to end. */
  end(sessionId: string, ending: Ending): Promise<boolean>;
  /** Ends all sessions of a user now, and takes all access tokens back. */
  endAll(userId: string, ending: Ending): Promise<void>;
  /**
   * Ends all sessions of a user but one, takes all access tokens back, and answers a new one for
   * the session that stays.
   *
   * @throws Refusal `session_ended` when that session is over
   */
  endOthers(userId: string, sessionId: string, ending: Ending): Promise<IssuedAccessToken>;
  /**
   * Reads a session and issues an access token of what is true now. For after a write that retired
   * the user's handle and kept this session.
   *
   * @throws Refusal `session_ended` when that session is over, `session_expired`
   */
  freshAccess(sessionId: string, now: number): Promise<IssuedAccessToken>;
  /** Ends the sessions of refresh tokens; tokens that are not ours count as signed out. */
  endPresented(tokens: readonly string[], ending: Ending): Promise<void>;
  /** Finds the live session of a browser's refresh tokens, without renewing it. */
  findPresented(tokens: readonly string[]): Promise<PresentedSession | null>;
  list(userId: string, after: SessionCursor | null): Promise<SessionPage>;
}

/** Creates the sessions of a server. */
export function createSessions(options: SessionsOptions): Sessions {
  const { database, policy, ledger, keyRing } = options;

  function issueAccessToken(
    subject: Subject,
    session: Session,
    now: number,
    databaseNow: number = now,
  ): IssuedAccessToken {
    if (lacksDemandedFactor(subject, session)) throw new Refusal("session_ended");
    const { endsAt } = session.rotation;
    const left = endsAt === null ? Infinity : Math.floor((endsAt - databaseNow) / 1000);
    const lifetime = Math.min(lifetimesOf(policy, session.clientId).accessTokenLifetime, left);
    if (lifetime < 1) throw new Refusal("session_expired");
    return options.issueAccessToken({ subject, session, lifetime, now });
  }

  async function freshAccess(sessionId: string, now: number): Promise<IssuedAccessToken> {
    const [snapshot] = await readSessions(database, [sessionId], policy);
    if (snapshot === undefined || !isLive(snapshot)) throw new Refusal("session_ended");
    return deps.issueAccessToken(snapshot, now);
  }

  const deps: RenewalDeps = {
    database,
    keyRing,
    ledger,
    policy,
    onReuse: options.onReuse,
    issueAccessToken: ({ subject, session, databaseNow }, now) =>
      issueAccessToken(subject, session, now, databaseNow),
  };

  return {
    policy,
    create: (signIn) =>
      createSession({ database, policy, refreshKey: keyRing.currentRefreshKey() }, signIn),
    issueAccessToken: (subject, session, now) => issueAccessToken(subject, session, now),
    renew: (input) => renewSession(deps, input),
    endSteps: (sessionId, ending) => endSessionSteps(deps, sessionId, ending),
    endAllSteps: (userId, reason, except) =>
      endAllSessionsSteps(database, userId, {
        reason,
        ...(except === undefined ? {} : { except }),
      }),
    end: (sessionId, ending) => endSession(deps, sessionId, ending),
    endAll: async (userId, ending) => {
      await endEverywhere(deps, userId, ending);
    },
    endOthers: async (userId, sessionId, ending) => {
      await endEverywhere(deps, userId, { ...ending, except: sessionId });
      return freshAccess(sessionId, ending.now);
    },
    freshAccess,
    endPresented: (tokens, ending) => endPresentedSessions(deps, tokens, ending),
    findPresented: (tokens) => findPresentedSession(deps, tokens),
    list: (userId, after) =>
      listSessions({ database, policy, placeOf: options.placeOf }, userId, after),
  };
}
