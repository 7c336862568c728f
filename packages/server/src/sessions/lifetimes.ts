// How long sessions live: for everyone, and what single clients have of their own. Everything that
// needs a lifetime asks here by client, so that where clients are kept can change.

/** How long sessions and their tokens live. */
export interface SessionLifetimes {
  /** Milliseconds from the last advance. */
  readonly idleLifetime: number;
  /** The same for a session that is not remembered; never longer than `idleLifetime`. */
  readonly shortIdleLifetime?: number;
  /** Milliseconds from sign-in; null for no absolute end. */
  readonly absoluteLifetime: number | null;
  /** Seconds. */
  readonly accessTokenLifetime: number;
}

/** What a client has of its own. */
export type ClientLifetimes = Partial<SessionLifetimes>;

/** What applies to all sessions of a server. */
export interface SessionPolicy extends SessionLifetimes {
  /** By client id. */
  readonly clients?: ReadonlyMap<string, ClientLifetimes>;
  /** Which of a user's sessions a reuse ends: that one, or all. Default: that one. */
  readonly reuseEnds?: "session" | "all";
  /** Milliseconds that a session is kept after its end, so that a late token gets the truth. */
  readonly endedRetention?: number;
}

/** Idle life of a session that is not remembered, by default: 12 hours, in milliseconds. */
export const SHORT_IDLE_LIFETIME: number = 12 * 60 * 60 * 1000;

/** Milliseconds that a session is kept after its end, by default: 30 days. */
export const ENDED_RETENTION: number = 30 * 24 * 60 * 60 * 1000;

/** The lifetimes of a client's sessions. */
export function lifetimesOf(policy: SessionPolicy, clientId: string): SessionLifetimes {
  const own = policy.clients?.get(clientId);
  return own === undefined ? policy : { ...policy, ...own };
}

/** Milliseconds from a session's last advance to its idle end. */
export function idleLifetimeOf(
  policy: SessionPolicy,
  session: { readonly clientId: string; readonly isRemembered: boolean },
): number {
  const { idleLifetime, shortIdleLifetime = SHORT_IDLE_LIFETIME } = lifetimesOf(
    policy,
    session.clientId,
  );
  return session.isRemembered ? idleLifetime : Math.min(idleLifetime, shortIdleLifetime);
}

/** Seconds of the longest access token of any client: what is retired is remembered for as long. */
export function longestAccessTokenLifetime(policy: SessionPolicy): number {
  const own = [...(policy.clients?.values() ?? [])].map((client) => client.accessTokenLifetime);
  return Math.max(policy.accessTokenLifetime, ...own.map((lifetime) => lifetime ?? 0));
}
