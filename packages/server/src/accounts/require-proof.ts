// Who may change what an account is reached by, or end it: not whoever finds a signed-in device.
// Either the current password comes along, or a factor was proved a moment ago.

import type { Principal } from "@latchkey/protocol";
import { requireRecentSignIn } from "../sign-in/recent-sign-in.ts";
import type { Subject } from "../tokens/subject.ts";
import type { Caller } from "./caller.ts";
import {
  checkCurrentPassword,
  type CurrentPasswordContext,
} from "./password/check-current-password.ts";

/**
 * Refuses a request without proof that the owner sends it. A password that comes along is judged,
 * however fresh the sign-in.
 *
 * @throws Refusal `step_up_required`, `invalid_credentials`, `rate_limited`, `overloaded`
 */
export async function requireProof(
  context: CurrentPasswordContext,
  proof: {
    readonly principal: Principal;
    readonly subject: Subject;
    readonly currentPassword: string | undefined;
  },
  from: Caller,
): Promise<void> {
  const { principal, subject, currentPassword } = proof;
  if (currentPassword === undefined) requireRecentSignIn(principal, from.now);
  else await checkCurrentPassword(context, subject, currentPassword, from);
}
