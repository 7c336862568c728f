// The page for everything that is no answer to a form: an address that does not exist, a link that
// does not work, a failure. It says what happened, what to do, and which number the log knows it by.

import type { ErrorCode } from "@latchkey/protocol";
import { html } from "hono/html";
import type { ErrorPage } from "../http/handler.ts";
import { isProblemName, sentence } from "./form-problem.ts";
import type { ProblemName } from "./languages/messages.ts";
import { type Html, NOTHING, type PageContent } from "./layout.ts";
import type { PageSite } from "./site.ts";
import { openVisit, pageHref, showPage, type Visit } from "./visit.ts";

/**
 * Makes the error page of a server: for its pages, and for an address that a person typed.
 *
 * @param paths - of the pages, with the path of the issuer
 */
export function createErrorPage(site: PageSite, paths: ReadonlySet<string>): ErrorPage {
  return (c, code, problem) => {
    const isTyped =
      code === "not_found" && c.req.method === "GET" && acceptsHtml(c.req.header("Accept"));
    if (!paths.has(c.req.path) && !isTyped) return null;
    const visit = openVisit(site, c);
    const headers = Object.fromEntries(
      ["Retry-After", "Allow"].flatMap((name) => {
        const value = problem.headers.get(name);
        return value === null ? [] : [[name, value] as const];
      }),
    );
    // No form, so no cookie: another site's page could else replace the one of an open form.
    return showPage({ ...visit, cookies: [] }, errorContent(visit, code), {
      status: problem.status,
      headers,
      path: "/sign-in",
    });
  };
}

/** The page of a link that does not work. */
export function linkProblem(visit: Visit, name: ProblemName, more: Html = NOTHING): PageContent {
  const { words, site } = visit;
  return {
    title: words.linkTitle,
    body: html`<p>${sentence(words, name, { ...site, retryAfter: 0 })}</p>${more}`,
  };
}

function errorContent(visit: Visit, code: ErrorCode): PageContent {
  const { words, site, c } = visit;
  const name = isProblemName(words, code) ? code : "internal";
  const text =
    name === "not_found" ? words.notFoundText : sentence(words, name, { ...site, retryAfter: 1 });
  return {
    title: name === "not_found" ? words.notFoundTitle : words.errorTitle,
    body: html`<p>${text}</p>
<p><a class="button" href="${pageHref(visit, "/sign-in")}">${words.toSignIn}</a></p>
<p class="hint">${words.reference}: <code>${code}</code> <code>${c.get("requestId") ?? ""}</code></p>`,
  };
}

/** Tells whether a person asks: only browsers name HTML, programs take anything. */
export function acceptsHtml(accept: string | undefined): boolean {
  return accept !== undefined && /(?:^|,)\s*text\/html\b/i.test(accept);
}
