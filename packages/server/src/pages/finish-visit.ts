// What a page answers to a sign-in that is complete: the two cookies, and the way on. The access
// token stays behind: the page that follows gets its own by the cookie.

import { type SignInTokens, signInAnswer } from "../sessions/answer.ts";
import { redirect, type Visit } from "./visit.ts";

/** Where a visit leads when it is signed in. */
export function wayOn({ returnTo, site }: Visit): string {
  return returnTo ?? `${site.path}${site.hasConsole ? "/account" : "/signed-in"}`;
}

/** Answers a complete sign-in. */
export function finishVisit(visit: Visit, tokens: SignInTokens): Response {
  return redirect(visit, wayOn(visit), signInCookies(tokens));
}

/** The cookies of a complete sign-in. */
export function signInCookies(tokens: SignInTokens): readonly string[] {
  return signInAnswer(tokens).headers.getSetCookie();
}
