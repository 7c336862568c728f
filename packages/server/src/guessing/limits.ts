// What is limited, and how often: the register of everything that somebody could try again and
// again. To limit one more action, add its line here and count it where it begins.
//
// A limit of a network bounds one that tries many names; a limit of a name bounds many that try one;
// a limit of the pair is small, and what somebody elsewhere does cannot use it up.

import type { RateLimit } from "../http/rate-limit.ts";

/** The limits of one action. What is left out is not limited. */
export interface ActionLimits {
  /** Of one name from one network. */
  readonly perNameAndNetwork?: RateLimit;
  /** Of one name from everywhere: only for what a stranger may use up without harm. */
  readonly perName?: RateLimit;
  /** Of one network: an IPv4 address, or an IPv6 /64. */
  readonly perNetwork?: RateLimit;
  /**
   * Of one name from everywhere, for what must not be refused to its owner because of strangers: past
   * it the action goes on and holds back, as it says itself.
   */
  readonly budgetPerName?: RateLimit;
}

const MINUTES = 60;
const HOUR = 3600;
const DAY = 86_400;

/** The limits when nothing else is configured. `per` is in seconds. */
export const DEFAULT_LIMITS = {
  /** A password at sign-in. The account itself is guarded by its lanes, see lane.ts. */
  login: {
    perNameAndNetwork: { attempts: 10, per: 15 * MINUTES },
    perNetwork: { attempts: 300, per: 15 * MINUTES },
  },
  /** Each sends a mail. `perName` counts the address. */
  signUp: {
    perNameAndNetwork: { attempts: 5, per: HOUR },
    perName: { attempts: 20, per: DAY },
    perNetwork: { attempts: 100, per: HOUR },
  },
  /** A mail that proves an address. `perName` counts the address, of this and of the next three. */
  proofMail: {
    perNameAndNetwork: { attempts: 5, per: HOUR },
    perName: { attempts: 10, per: DAY },
    perNetwork: { attempts: 100, per: HOUR },
  },
  /** A mail to the address that an account is to have; only who is signed in can ask for it. */
  changeMail: {
    perNameAndNetwork: { attempts: 5, per: HOUR },
    perName: { attempts: 10, per: DAY },
    perNetwork: { attempts: 100, per: HOUR },
  },
  /** A mail that signs in. */
  signInMail: {
    perNameAndNetwork: { attempts: 5, per: HOUR },
    perName: { attempts: 20, per: DAY },
    perNetwork: { attempts: 100, per: HOUR },
  },
  /**
   * A mail that sets a new password. Nobody may keep the owner from it: past the budget a mail goes
   * out when the code of the one before works no more.
   */
  resetMail: {
    perNameAndNetwork: { attempts: 5, per: HOUR },
    budgetPerName: { attempts: 10, per: DAY },
    perNetwork: { attempts: 100, per: HOUR },
  },
  /** A code or link from a mail. A code has its own count of tries besides. */
  mailedCode: {
    perNameAndNetwork: { attempts: 10, per: 15 * MINUTES },
    perNetwork: { attempts: 100, per: 15 * MINUTES },
  },
  /** The second factor of a sign-in that is under way. `name` is the user's id. */
  secondFactor: {
    perNameAndNetwork: { attempts: 10, per: 15 * MINUTES },
    perNetwork: { attempts: 300, per: 15 * MINUTES },
  },
  /** A credential asked of somebody who is signed in: step-up, `current_password`. By user id. */
  proof: {
    perNameAndNetwork: { attempts: 10, per: 15 * MINUTES },
    perNetwork: { attempts: 300, per: 15 * MINUTES },
  },
  /** Options of a ceremony, which anybody may ask for. */
  ceremony: {
    perNetwork: { attempts: 300, per: 15 * MINUTES },
  },
  /** An answer to a ceremony: a passkey as the first factor. */
  passkey: {
    perNetwork: { attempts: 300, per: 15 * MINUTES },
  },
  /** Everything about the user in one document, by user id. */
  dataExport: {
    perName: { attempts: 10, per: HOUR },
  },
} as const satisfies Record<string, ActionLimits>;

/** What is limited. */
export type LimitedAction = keyof typeof DEFAULT_LIMITS;

/** The limits of every action. */
export type Limits = Readonly<Record<LimitedAction, ActionLimits>>;

/** Limits of a configuration: what it names replaces the default of that kind. */
export type LimitsConfig = { readonly [Action in LimitedAction]?: ActionLimits };

/** Fills in the defaults. */
export function resolveLimits(config: LimitsConfig = {}): Limits {
  const entries = Object.entries(DEFAULT_LIMITS).map(([action, limits]) => [
    action,
    // The keys are those of the register.
    { ...limits, ...config[action as LimitedAction] },
  ]);
  return Object.fromEntries(entries) as Limits;
}
