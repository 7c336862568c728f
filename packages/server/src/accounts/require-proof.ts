// Who may change what an account is reached by, or end it: not whoever finds a signed-in device.
// Either the current password comes along, or a factor was proved a moment ago; who has a second factor
// must have proved it.

import type { Principal } from "@latchkey/protocol";
import { requireRecentSignIn } from "../sign-in/recent-sign-in.ts";
import { hasSecondFactor } from "../sign-in/required-factor.ts";
import { requireCurrent } from "../tokens/authenticate.ts";
import type { SignInSubject } from "../tokens/subject.ts";
import type { Caller } from "./caller.ts";
import {
  checkCurrentPassword,
  type CurrentPasswordContext,
} from "./password/check-current-password.ts";

/**
 * Refuses a request without proof that the owner sends it. A password that comes along is judged,
 * however fresh the sign-in.
 *
 * @throws Refusal `invalid_token`, `step_up_required`, `invalid_credentials`, `rate_limited`, `overloaded`
 */
export async function requireProof(
  context: CurrentPasswordContext,
  proof: {
    readonly principal: Principal;
    readonly subject: SignInSubject;
    readonly currentPassword: string | undefined;
  },
  from: Caller,
): Promise<void> {
  const { principal, subject, currentPassword } = proof;
  requireCurrent(principal, subject);
  // Whoever stole a session and the password must not pass for somebody with a second factor (N8).
  if (currentPassword === undefined || hasSecondFactor(subject)) {
    requireRecentSignIn(principal, from.now);
  }
  if (currentPassword !== undefined) {
    await checkCurrentPassword(context, subject, currentPassword, from);
  }
}
