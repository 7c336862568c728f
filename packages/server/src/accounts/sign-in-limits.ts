// How often somebody may try. Counted before any hashing, and alike for accounts that exist and
// names that do not (N1, N7).
//
// Three counters stand in front of a login. The one of a name from one network is small and is
// forgotten on success. The one of a name from everywhere keeps NIST's bound of 100 consecutive
// failures, and is wide enough that a stranger cannot lock the owner out cheaply. The one of a
// network bounds stuffing many names from one place.

import { networkOf } from "../http/address.ts";
import { createRateLimiter, type RateLimit } from "../http/rate-limit.ts";

/** The limits. */
export interface SignInLimits {
  /** Of one name from one network. */
  readonly loginPerNameAndNetwork: RateLimit;
  /** Of one name from everywhere. */
  readonly loginPerName: RateLimit;
  /** Of one network. */
  readonly loginPerNetwork: RateLimit;
  readonly signUpPerNetwork: RateLimit;
  readonly signUpPerEmail: RateLimit;
}

/** The limits when nothing else is configured. */
export const DEFAULT_SIGN_IN_LIMITS: SignInLimits = {
  loginPerNameAndNetwork: { attempts: 10, per: 900 },
  loginPerName: { attempts: 100, per: 86_400 },
  loginPerNetwork: { attempts: 300, per: 900 },
  signUpPerNetwork: { attempts: 100, per: 3600 },
  signUpPerEmail: { attempts: 5, per: 3600 },
};

/** An attempt. */
export interface Attempt {
  /** The address or user name that was typed, normalised. */
  readonly name: string;
  /** Null when the mount does not tell; then only names are counted. */
  readonly address: string | null;
  /** Milliseconds. */
  readonly now: number;
}

/** Counts attempts. */
export interface SignInGate {
  /** @throws Refusal `rate_limited` */
  countLogin(attempt: Attempt): void;
  /** The password was right: the attempt was its owner's. */
  passLogin(attempt: Attempt): void;
  /** @throws Refusal `rate_limited` */
  countSignUp(attempt: Attempt): void;
}

/** Creates the counters. */
export function createSignInGate(limits: SignInLimits): SignInGate {
  const pair = createRateLimiter(limits.loginPerNameAndNetwork);
  const name = createRateLimiter(limits.loginPerName);
  const network = createRateLimiter(limits.loginPerNetwork);
  const signUpNetwork = createRateLimiter(limits.signUpPerNetwork);
  const signUpEmail = createRateLimiter(limits.signUpPerEmail);
  const pairName = (attempt: Attempt, from: string): string => `${from} ${attempt.name}`;
  const networkName = ({ address }: Attempt): string =>
    address === null ? "unknown" : networkOf(address);
  return {
    countLogin(attempt) {
      const from = networkName(attempt);
      if (attempt.address !== null) network.count(from, attempt.now);
      pair.count(pairName(attempt, from), attempt.now);
      name.count(attempt.name, attempt.now);
    },
    passLogin(attempt) {
      const from = networkName(attempt);
      pair.reset(pairName(attempt, from));
      name.refund(attempt.name);
      if (attempt.address !== null) network.refund(from);
    },
    countSignUp(attempt) {
      if (attempt.address !== null) signUpNetwork.count(networkName(attempt), attempt.now);
      signUpEmail.count(attempt.name, attempt.now);
    },
  };
}
