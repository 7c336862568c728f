// One visit to a page: its language, where it leads afterwards, and the browser its forms are signed
// for. And what every answer to it carries: the policy, the referrer rule, the two harmless cookies.

import type { Context } from "hono";
import { html } from "hono/html";
import { type Caller, callerOf } from "../accounts/caller.ts";
import type { AppEnv } from "../http/app.ts";
import { parseCookies, serializeCookie } from "../http/cookies.ts";
import {
  createBrowserName,
  createFormToken,
  formCookieName,
  isBrowserName,
} from "../http/form-token.ts";
import { hidden } from "./fields.ts";
import { chooseLanguage } from "./languages/choose-language.ts";
import type { Messages } from "./languages/messages.ts";
import { framePage, type Html, type PageContent } from "./layout.ts";
import { parseReturnTo } from "./return-to.ts";
import type { PageSite } from "./site.ts";
import { logoSource } from "./theme.ts";

/** The field that carries the form token. */
export const TOKEN_FIELD = "form_token";

/** The field and the query parameter that say where to go afterwards. */
export const RETURN_FIELD = "return_to";

/** A visit. */
export interface Visit {
  readonly c: Context<AppEnv>;
  readonly site: PageSite;
  readonly words: Messages;
  /** As it can stand in a Location header. */
  readonly returnTo: string | undefined;
  /** The value of the form cookie. */
  readonly browser: string;
  /** Set-Cookie values that the answer needs. */
  readonly cookies: readonly string[];
}

/** Opens a visit. @param returnTo - as it was asked for */
export function openVisit(site: PageSite, c: Context<AppEnv>, returnTo?: string): Visit {
  const cookies = parseCookies(c.req.header("Cookie"));
  const known = cookies.get(formCookieName(site.issuer));
  const browser = isBrowserName(known) ? known : createBrowserName();
  const secure = site.issuer.startsWith("https:");
  const { words, setCookie } = chooseLanguage(c, secure);
  // Lax: a visit from a link in a mail must find the cookie of the tab beside it, and not replace it.
  const options = { secure, sameSite: "Lax" } as const;
  return {
    c,
    site,
    words,
    returnTo: parseReturnTo(returnTo, site),
    browser,
    cookies: [
      ...(browser === known
        ? []
        : [serializeCookie(formCookieName(site.issuer), browser, { ...options, maxAge: null })]),
      ...(setCookie === null ? [] : [setCookie]),
    ],
  };
}

/** Who visits, for the audit log and the limits; mails are written in the language of the page. */
export function visitorOf({ c, words }: Visit): Caller {
  return { ...callerOf(c), acceptLanguage: words.code };
}

/** The address of another page, which keeps where the visit leads. */
export function pageHref(
  { site, returnTo }: Visit,
  path: string,
  parameters: Readonly<Record<string, string | undefined>> = {},
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) query.set(name, value);
  if (returnTo !== undefined) query.set(RETURN_FIELD, returnTo);
  const text = query.toString();
  return `${site.path}${path}${text === "" ? "" : `?${text}`}`;
}

/** A form, signed for this browser. */
export function signedForm(visit: Visit, path: string, content: Html): Html {
  const { site, browser, c, returnTo } = visit;
  const token = createFormToken(site.formKeys, { path, browser, now: c.get("now") });
  return html`<form method="post" action="${site.path}${path}">
${hidden(TOKEN_FIELD, token)}${hidden(RETURN_FIELD, returnTo)}
${content}
</form>`;
}

/** What an answer says besides its page. */
export interface PageAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Query parameters of this page that its links to other languages keep. */
  readonly parameters?: Readonly<Record<string, string | undefined>>;
  /** Path of the page in another language, when it is not the request's own. */
  readonly path?: string;
}

/** Answers with a page. */
export async function showPage(
  visit: Visit,
  content: PageContent,
  answer: PageAnswer = {},
): Promise<Response> {
  const { c, site, words } = visit;
  const path = answer.path ?? c.req.path.slice(site.path.length);
  const page = framePage(site, words, content, (lang) =>
    pageHref(visit, path, { ...answer.parameters, lang }),
  );
  const response = new Response((await page).toString(), {
    status: answer.status ?? 200,
    headers: {
      "Content-Type": "text/html; charset=UTF-8",
      ...pageHeaders(visit),
      ...answer.headers,
    },
  });
  for (const cookie of visit.cookies) response.headers.append("Set-Cookie", cookie);
  return response;
}

/** Answers that the browser should go elsewhere, with GET. RFC 9110 section 15.4.4. */
export function redirect(
  visit: Visit,
  location: string,
  cookies: readonly string[] = [],
): Response {
  const response = new Response(null, { status: 303, headers: { Location: location } });
  for (const cookie of [...visit.cookies, ...cookies])
    response.headers.append("Set-Cookie", cookie);
  return response;
}

function pageHeaders(visit: Visit): Record<string, string> {
  const { site, returnTo, words } = visit;
  // Chromium holds a form's redirects to the same rule as the form.
  const target = returnTo?.startsWith("/") === false ? ` ${new URL(returnTo).origin}` : "";
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    `img-src 'self'${logoSource(site.theme)}`,
    "script-src 'self'",
    "connect-src 'self'",
    `form-action 'self'${target}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    "Content-Security-Policy": policy.join("; "),
    // Never the query with its code, and never `Origin: null` for our own forms: docs/adr/0005.
    "Referrer-Policy": "strict-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Language": words.code,
    "Cache-Control": "no-store",
    Vary: "Accept-Language, Cookie",
  };
}
