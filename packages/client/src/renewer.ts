// Keeps the access token fresh: at a random moment near its end, after sleep and reconnection, and
// when a request needs it. One renewal at a time on this page, and one among all tabs.

import { type HeldToken, isAlive } from "./access-token.ts";
import { unexpectedAnswer } from "./answer.ts";
import { LatchkeyClientError } from "./error.ts";
import type { RenewalOutcome } from "./renewal-attempt.ts";
import type { Session } from "./session.ts";
import { NEWS_PAUSE, type Tabs } from "./tabs.ts";

/** Milliseconds between two tries of a superseded renewal, times the number of tries. */
const SUPERSEDED_PAUSE = 100;

/** Tries in a row that are superseded, at most. */
const SUPERSEDED_TRIES = 8;

/** Milliseconds between two failed tries: doubled by each, up to the longest. */
const FIRST_PAUSE = 500;

/**
 * Milliseconds between two looks at the clock, at most. Timers stand still while a machine sleeps, and
 * a page that is shown all the time gets no event when it wakes.
 */
const LONGEST_PAUSE = 60_000;

/** Milliseconds that a request waits for the next try, at most. */
const PATIENCE = 5_000;

/** Failed tries that a request waits for, at most. */
const TRIES = 2;

/** Keeps a session's access token fresh. */
export interface Renewer {
  /**
   * A token that is good for a while, renewed when the held one is not, or is the `refused` one;
   * null when nobody is signed in.
   *
   * @throws LatchkeyClientError `unreachable` and others: it is not known who is signed in
   */
  token(refused?: string): Promise<HeldToken | null>;
  /** Looks whether a renewal is due: after sleep, and when the page is shown or online again. */
  readonly wake: (options: {
    readonly isOnlineAgain?: boolean;
    readonly isRestored?: boolean;
  }) => void;
  /** Plans the next renewal; after each change of the held token. */
  plan(): void;
  close(): void;
}

/** What a renewer needs. */
export interface RenewerDeps {
  readonly session: Session;
  readonly tabs: Pick<Tabs, "inTurn">;
  readonly attempt: () => Promise<RenewalOutcome>;
  /** Finds out what stands behind an error. */
  readonly explain: (error: LatchkeyClientError) => Promise<LatchkeyClientError>;
  readonly now: () => number;
  /** Milliseconds by a clock that nobody sets. */
  readonly uptime: () => number;
  readonly random: () => number;
  readonly isHidden: () => boolean;
  /** Calls after some milliseconds; the answer ends it. */
  readonly after: (milliseconds: number, call: () => void) => () => void;
}

/** Creates a renewer; nothing is sent before it is asked or `wake` is called. */
export function createRenewer(deps: RenewerDeps): Renewer {
  const { session, tabs, now, uptime, random, after } = deps;
  let flight: Promise<HeldToken | null> | undefined;
  let cancelTimer: (() => void) | undefined;
  let failures = 0;
  /** Nothing is sent before, by `uptime`; and why. */
  let notBefore = 0;
  let lastError: LatchkeyClientError | undefined;
  let isClosed = false;

  let hurry: (() => void) | undefined;

  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      hurry = resolve;
      after(milliseconds, resolve);
    });
  const isGood = (held: HeldToken | null, refused: string | undefined): held is HeldToken =>
    held !== null && held.token !== refused && isAlive(held, now(), true);

  function plan(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    const { status } = session.state.get();
    if (isClosed || deps.isHidden()) return;
    const held = session.held();
    if (held === null && (status !== "loading" || failures === 0)) return;
    const untilDue = held === null ? 0 : held.renewAt - now();
    const wait = Math.max(0, untilDue, notBefore - uptime());
    cancelTimer = after(Math.min(LONGEST_PAUSE, wait), () => wake({}));
  }

  function wake({ isOnlineAgain = false, isRestored = false }): void {
    if (isClosed || deps.isHidden()) return;
    // What the server itself asked to wait for stays.
    if (isOnlineAgain && lastError?.retryAfter === undefined) {
      notBefore = 0;
      hurry?.();
    }
    const held = session.held();
    const isDue = held === null ? session.state.get().status === "loading" : now() >= held.renewAt;
    if (isRestored) renew(held?.token).catch(ignore);
    else if (isDue && uptime() >= notBefore) renew(undefined).catch(ignore);
    else plan();
  }

  function renew(refused: string | undefined): Promise<HeldToken | null> {
    flight ??= run(refused).finally(() => {
      flight = undefined;
      plan();
    });
    return flight;
  }

  async function run(refused: string | undefined): Promise<HeldToken | null> {
    const before = session.held();
    for (let tries = 1; ; tries += 1) {
      const wait = notBefore - uptime();
      if (wait > PATIENCE && lastError !== undefined) throw lastError;
      if (wait > 0) await pause(wait);
      const outcome = await tabs.inTurn((hasWaited) => inTurn(before, refused, hasWaited));
      if (outcome === "settled") {
        failures = 0;
        notBefore = 0;
        return session.held();
      }
      if (outcome === "overtaken") continue;
      const error = await deps.explain(outcome);
      lastError = error;
      const isFinal = FINAL.includes(error.code);
      if (error.code === "refresh_superseded" && tries <= SUPERSEDED_TRIES) {
        await pause(SUPERSEDED_PAUSE * tries * (0.5 + random()));
        continue;
      }
      failures += 1;
      const backOff = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures);
      notBefore = uptime() + (error.retryAfter ?? 0) * 1000 + backOff * (0.5 + 0.5 * random());
      session.fail(error, isFinal);
      if (isFinal || tries >= TRIES || isClosed) throw error;
    }
  }

  /** Alone among the tabs. */
  async function inTurn(
    before: HeldToken | null,
    refused: string | undefined,
    hasWaited: boolean,
  ): Promise<"settled" | "overtaken" | LatchkeyClientError> {
    if (hasWaited && session.held() === before) await pause(NEWS_PAUSE);
    const held = session.held();
    if (held !== before && (held === null || isGood(held, refused))) return "settled";
    const epoch = session.epoch();
    const sentAt = now();
    const outcome = await deps.attempt();
    // Somebody signed in or out meanwhile: this answer is of the past.
    if (session.epoch() !== epoch) return "overtaken";
    if (outcome.kind === "signed_out") {
      const wasKept = outcome.reason !== "no_session" || !session.isUnproven();
      session.end(outcome.reason, wasKept ? undefined : notKept());
      return "settled";
    }
    if (outcome.kind === "refused") return outcome.error;
    return session.adopt({ ...outcome, sentAt, from: "renewal" })
      ? "settled"
      : unexpectedAnswer({ status: 200 });
  }

  return {
    token: async (refused) => {
      const held = session.held();
      if (isGood(held, refused)) return held;
      const { status, error } = session.state.get();
      if (held === null && status === "signed_out") return null;
      if (status === "failed") throw error;
      try {
        const renewed = await renew(refused);
        // A renewal that was under way already may have brought the very token that was refused.
        return renewed === null || renewed.token !== refused ? renewed : await renew(refused);
      } catch (failure) {
        // Nearly over is not over.
        const last = session.held();
        if (last !== null && last.token !== refused && isAlive(last, now(), false)) return last;
        throw failure;
      }
    },
    wake,
    plan,
    close: () => {
      isClosed = true;
      cancelTimer?.();
    },
  };
}

// Mistakes in the set-up. Whatever else comes, a proxy's page included, may be better next time.
const FINAL: readonly string[] = [
  "cross_site",
  "origin_refused",
  "transport_refused",
  "invalid_request",
];

function notKept(): LatchkeyClientError {
  return new LatchkeyClientError(
    "cookies_blocked",
    "The browser kept no cookie of the sign-in: allow cookies (docs/browser.md)",
  );
}

function ignore(): void {
  // The state says what happened.
}
