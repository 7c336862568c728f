// The language of a request, and the cookie that remembers a choice of it: one source for the hosted
// pages and the console, so that a choice in one place is the choice in the other.

import type { Context } from "hono";
import type { AppEnv } from "../../http/app.ts";
import { MAX_COOKIE_AGE, parseCookies, serializeCookie } from "../../http/cookies.ts";
import type { Messages } from "./messages.ts";
import { findLanguage, selectLanguage } from "./select-language.ts";

/** Two letters, the same for everybody who chose that language. */
const LANGUAGE_COOKIE = "lk-lang";

/** A language. */
export interface ChosenLanguage {
  readonly words: Messages;
  /** The Set-Cookie value that remembers it; null when the request chose nothing. */
  readonly setCookie: string | null;
}

/** Chooses the language of the answer. @param secure - whether the issuer is https */
export function chooseLanguage(c: Context<AppEnv>, secure: boolean): ChosenLanguage {
  const chosen = c.req.query("lang");
  const words = selectLanguage({
    query: chosen,
    cookie: parseCookies(c.req.header("Cookie")).get(LANGUAGE_COOKIE),
    acceptLanguage: c.req.header("Accept-Language"),
  });
  // Lax: a visit from a link in a mail finds it too.
  const options = { secure, sameSite: "Lax", maxAge: MAX_COOKIE_AGE } as const;
  return {
    words,
    setCookie:
      findLanguage(chosen) === undefined
        ? null
        : serializeCookie(LANGUAGE_COOKIE, words.code, options),
  };
}
