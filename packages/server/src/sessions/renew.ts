// Renews a session: read one snapshot, decide (rotation.ts), write by compare-and-set, answer. A
// renewal that lost a race reads and decides again, so 50 at once come to one successor.

import type { Transport } from "@latchkey/protocol";
import { Refusal } from "../http/refusal.ts";
import { readSessions } from "./read-sessions.ts";
import { parseRefreshToken, type UnverifiedRefreshToken } from "./refresh-token.ts";
import { attemptRenewal, type Renewal, type RenewalDeps } from "./renewal-attempt.ts";
import type { AttemptKeys } from "./attempt-key.ts";
import { type PresentedToken, selectPresented } from "./select-presented.ts";

/**
 * Milliseconds in which a renewal is decided, or answered 503. With the client's own time limit it
 * stays below the rotation window, so no forgotten request is decided late and taken for theft.
 */
export const RENEWAL_DEADLINE = 5_000;

/** How often a renewal that lost a race decides again. */
export const MAX_RENEWAL_ATTEMPTS = 8;

/** The refresh tokens of a request: one from the body, or up to two from cookies. */
export interface PresentedTokens {
  readonly transport: Transport;
  readonly tokens: readonly string[];
}

/** A request to renew. */
export interface RenewalInput {
  readonly presented: PresentedTokens;
  readonly attemptKeys: AttemptKeys;
  readonly address: string | null;
  readonly userAgent: string | null;
  /** Milliseconds. */
  readonly now: number;
}

/**
 * Renews a session.
 *
 * @throws Refusal `refresh_token_invalid`, `refresh_superseded`, `transport_refused`,
 * `session_expired`, `session_ended`, `session_compromised`, `database_unavailable`
 */
export async function renewSession(deps: RenewalDeps, input: RenewalInput): Promise<Renewal> {
  const startedAt = performance.now();
  const remaining = () => RENEWAL_DEADLINE - (performance.now() - startedAt);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(lateRefusal()), RENEWAL_DEADLINE);
  });
  try {
    return await Promise.race([renewInTime(deps, input, remaining), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function renewInTime(
  deps: RenewalDeps,
  input: RenewalInput,
  remaining: () => number,
): Promise<Renewal> {
  const tokens = parseTokens(deps, input.presented);
  if (tokens.length === 0) throw new Refusal("refresh_token_invalid");
  for (let attempt = 0; attempt < MAX_RENEWAL_ATTEMPTS && remaining() > 0; attempt += 1) {
    const presented = await loadPresented(deps, input, tokens);
    const renewal = await attemptRenewal(deps, { ...input, presented, remaining: remaining() });
    if (renewal !== "lost_race") return renewal;
  }
  throw lateRefusal();
}

function parseTokens(deps: RenewalDeps, presented: PresentedTokens): UnverifiedRefreshToken[] {
  return presented.tokens.flatMap((text) => {
    const token = parseRefreshToken(text, (id) => deps.keyRing.refreshKey(id));
    return token === undefined ? [] : [token];
  });
}

async function loadPresented(
  deps: RenewalDeps,
  input: RenewalInput,
  tokens: readonly UnverifiedRefreshToken[],
): Promise<PresentedToken> {
  const ids = tokens.map((token) => token.sessionId);
  const presented = selectPresented(tokens, await readSessions(deps.database, ids, deps.policy), {
    transport: input.presented.transport,
    findKey: (id) => deps.keyRing.refreshKey(id),
  });
  if (presented === undefined) throw new Refusal("refresh_token_invalid");
  if (presented.snapshot.session.transport !== input.presented.transport) {
    throw new Refusal("transport_refused");
  }
  return presented;
}

function lateRefusal(): Refusal {
  return new Refusal("database_unavailable", {
    cause: new Error("a renewal was not decided within its deadline"),
  });
}
