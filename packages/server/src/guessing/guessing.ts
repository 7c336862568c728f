// How often somebody may try. Everything is counted before the work it asks for, and alike for
// accounts that exist and names that do not (N1, N7).
//
// Two kinds of counters. Rate limits count what was typed and where it came from; whoever meets one
// is told so (429), which tells nothing about accounts. Lanes count wrong secrets of an account,
// whichever of its names was typed; who meets a closed one is told that the secret is wrong, as for
// any other, because "too many" at one name after trying another would say that both are one
// person's.

import { networkOf } from "../http/address.ts";
import { limitKey, type RateLimit, rateLimited } from "../http/rate-limit.ts";
import type { Database } from "../storage/database.ts";
import { isFamiliarNetwork } from "./familiar-network.ts";
import { LANE_MEMORY } from "./lane.ts";
import type { Bucket, LaneKey, LimitStore } from "./limit-store.ts";
import type { ActionLimits, LimitedAction, Limits } from "./limits.ts";

/** An attempt. */
export interface Attempt {
  /** Whom it is about: what was typed, normalised, or a user's id when that is known. */
  readonly name: string;
  /** Null when the mount does not tell; then only names are counted. */
  readonly address: string | null;
  /** Milliseconds. */
  readonly now: number;
}

/** An attempt that was counted. */
export interface CountedAttempt {
  /** True past `budgetPerName`: the action may go on, and must hold back. */
  readonly isOverBudget: boolean;
  /** It was honest: forgets its failures. */
  pass(): Promise<void>;
  /** It came to nothing, such as a server too busy to check: takes the count back. */
  withdraw(): Promise<void>;
}

/** An attempt at a secret of an account. */
export interface AccountAttempt extends Attempt {
  /** Null for a name that nobody has; it costs what any other costs. */
  readonly userId: string | null;
  /** A user whose sessions are looked at instead, only for the time that it takes. */
  readonly decoyId?: string;
}

/** What may be tried of an account. */
export interface Admission extends Omit<CountedAttempt, "isOverBudget"> {
  /** False: the secret must not be checked; spend the same work and refuse it as wrong. */
  readonly isOpen: boolean;
}

/** Secrets of an account that have lanes of their own. */
export type AccountSecret = "password" | "second_factor";

/**
 * Counts attempts.
 *
 * @example
 * ```ts
 * const counted = await guessing.count("mailedCode", { name: email, address, now });
 * if (!(await isRight())) throw new Refusal("code_invalid");
 * await counted.pass();
 * ```
 */
export interface Guessing {
  /** Counts an attempt before its work. @throws Refusal `rate_limited` */
  count(action: LimitedAction, attempt: Attempt): Promise<CountedAttempt>;
  /** Counts an attempt at an account's secret, before it is checked. */
  admit(secret: AccountSecret, attempt: AccountAttempt): Promise<Admission>;
  /** The secret is a new one: forgets all failures at the old. */
  forget(secret: AccountSecret, userId: string): Promise<void>;
}

/** Milliseconds that failures at a name that nobody has are remembered. */
const UNKNOWN_MEMORY = 60 * 60 * 1000;

/** Creates the counters. */
export function createGuessing(options: {
  readonly database: Database;
  readonly limits: Limits;
  readonly store: LimitStore;
}): Guessing {
  const { database, limits, store } = options;
  return {
    count: async (action, attempt) => {
      const { pair, others, budget } = bucketsOf(action, limits[action], attempt);
      const wait = await store.take([...pair, ...others], attempt.now);
      if (wait > 0) throw rateLimited(wait);
      const isOverBudget = budget.length > 0 && (await store.take(budget, attempt.now)) > 0;
      const spent = isOverBudget ? [] : budget;
      return {
        isOverBudget,
        pass: async () => {
          await store.empty(pair);
          await store.giveBack([...others, ...spent]);
        },
        withdraw: () => store.giveBack([...pair, ...others, ...spent]),
      };
    },
    admit: async (secret, attempt) => {
      const { userId, name, now, decoyId = "" } = attempt;
      const hasNetwork = await isFamiliarNetwork(database, {
        userId: userId ?? decoyId,
        network: networkName(attempt),
      });
      const isFamiliar = hasNetwork && userId !== null;
      const lanes = lanesOf(secret, userId ?? `${name} `, userId === null);
      const lane = isFamiliar ? lanes.familiar : lanes.stranger;
      const isOpen = await store.enterLane(lane, now);
      return {
        isOpen,
        pass: () => store.clearLanes([lanes.familiar, lanes.stranger]),
        withdraw: async () => {
          if (isOpen) await store.leaveLane(lane);
        },
      };
    },
    forget: (secret, userId) => {
      const { familiar, stranger } = lanesOf(secret, userId, false);
      return store.clearLanes([familiar, stranger]);
    },
  };
}

function bucketsOf(
  action: LimitedAction,
  limits: ActionLimits,
  attempt: Attempt,
): Readonly<Record<"pair" | "others" | "budget", readonly Bucket[]>> {
  const network = networkName(attempt);
  const bucket = (of: keyof ActionLimits, name: string): readonly Bucket[] => {
    const limit: RateLimit | undefined = limits[of];
    if (limit === undefined) return [];
    const kind = `${action}.${of}`;
    return [{ kind, key: limitKey(`${kind} ${name}`), limit }];
  };
  return {
    pair: bucket("perNameAndNetwork", `${network} ${attempt.name}`),
    others: [
      // Always in this order: transactions that lock rows in one order never wait for each other.
      ...(attempt.address === null ? [] : bucket("perNetwork", network)),
      ...bucket("perName", attempt.name),
    ],
    budget: bucket("budgetPerName", attempt.name),
  };
}

function lanesOf(
  secret: AccountSecret,
  of: string,
  isUnknown: boolean,
): { readonly familiar: LaneKey; readonly stranger: LaneKey } {
  const lane = (which: string): LaneKey => ({
    // Names that nobody has are kept apart, so that no flood of them displaces an account.
    kind: `${secret}.${which}${isUnknown ? ".unknown" : ""}`,
    key: limitKey(`${secret}.${which} ${of}`),
    memory: isUnknown ? UNKNOWN_MEMORY : LANE_MEMORY,
  });
  return { familiar: lane("familiar"), stranger: lane("stranger") };
}

function networkName({ address }: Attempt): string {
  return address === null ? "unknown" : networkOf(address);
}
