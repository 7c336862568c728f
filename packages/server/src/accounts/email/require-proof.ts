// Who may change what an account is reached by: not whoever finds a signed-in device. Either the
// current password comes along, or the sign-in is fresh. NIST SP 800-63B-4 section 4.1.2.1.

import { formatChallenge, type Principal } from "@latchkey/protocol";
import type { PasswordHasher } from "../../credentials/password-hash.ts";
import { normalizePassword } from "../../credentials/password-policy.ts";
import type { Guessing } from "../../guessing/guessing.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Subject } from "../../tokens/subject.ts";
import type { Caller } from "../caller.ts";

/** Seconds since the last sign-in or step-up, at most. */
export const FRESH_SIGN_IN = 600;

/**
 * Refuses a request without proof that the owner sends it.
 *
 * @throws Refusal `step_up_required`, `invalid_credentials` for another password, `rate_limited`
 */
export async function requireProof(
  context: { readonly hasher: PasswordHasher; readonly guessing: Guessing },
  proof: {
    readonly principal: Principal;
    readonly subject: Subject;
    readonly currentPassword: string | undefined;
  },
  from: Caller,
): Promise<void> {
  const { principal, subject, currentPassword } = proof;
  if (currentPassword === undefined) {
    const authTime = principal.claims["auth_time"];
    const age = typeof authTime === "number" ? from.now / 1000 - authTime : Infinity;
    if (age <= FRESH_SIGN_IN) return;
    const challenge = formatChallenge({ error: "insufficient_user_authentication" });
    throw new Refusal("step_up_required", { headers: { "WWW-Authenticate": challenge } });
  }
  const counted = await context.guessing.count("proof", { ...from, name: subject.id });
  const password = normalizePassword(currentPassword);
  if (!(await context.hasher.verify(password, subject.passwordHash))) {
    throw new Refusal("invalid_credentials");
  }
  await counted.pass();
}
