// From a sign-in that was checked to what its visitor sees: the way on, or the second factor that is
// still asked for. Every page that signs in ends here.

import { Refusal } from "../http/refusal.ts";
import type { SignInTokens } from "../sessions/answer.ts";
import { finishVisit } from "./finish-visit.ts";
import { type SecondFactorContext, showEnrolment, showSecondFactor } from "./second-factor-page.ts";
import type { Visit } from "./visit.ts";

/**
 * Completes a sign-in.
 *
 * @throws Refusal what `complete` throws, but for a factor that is asked for
 */
export async function completeVisit(
  context: SecondFactorContext,
  visit: Visit,
  complete: () => Promise<SignInTokens>,
): Promise<Response> {
  try {
    return finishVisit(visit, await complete());
  } catch (error) {
    const token = error instanceof Refusal ? error.members?.["mfa_token"] : undefined;
    if (!(error instanceof Refusal) || typeof token !== "string") throw error;
    if (error.code === "mfa_enrolment_required") return showEnrolment(context, visit, token);
    const factors = error.members?.["factors"];
    return showSecondFactor(visit, { token, factors: Array.isArray(factors) ? factors : [] });
  }
}
