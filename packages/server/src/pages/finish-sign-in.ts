// What a page answers to a sign-in that is complete: the two cookies, and the way on. The access
// token stays behind: the page that follows gets its own by the cookie.

import { type SignInTokens, signInAnswer } from "../sessions/answer.ts";
import { redirect, type Visit } from "./visit.ts";

/** Answers a complete sign-in. */
export function finishSignIn(visit: Visit, tokens: SignInTokens): Response {
  const cookies = signInAnswer(tokens).headers.getSetCookie();
  const { path, hasConsole } = visit.site;
  const home = `${path}${hasConsole ? "/account" : "/signed-in"}`;
  return redirect(visit, visit.returnTo ?? home, cookies);
}
