// /sign-out, and the two pages that only say how things are: /signed-out and /signed-in.

import { html } from "hono/html";
import type { App } from "../http/app.ts";
import { signOutAnswer } from "../sessions/answer.ts";
import type { Sessions } from "../sessions/session-service.ts";
import { refreshCookies } from "../sessions/transport.ts";
import { type FormState, noticeBox, problemSummary, submit } from "./fields.ts";
import type { FormPage } from "./form-page.ts";
import type { PageSite } from "./site.ts";
import {
  openVisit,
  pageHref,
  RETURN_FIELD,
  redirect,
  showPage,
  signedForm,
  visitorOf,
} from "./visit.ts";

/** What signing out needs. */
export interface SignOutPageContext {
  readonly sessions: Sessions;
}

const PATH = "/sign-out";

/** The page that asks, and its button. Both cookies are cleared, whatever was in them (N10). */
export function signOutPage({ sessions }: SignOutPageContext): FormPage {
  return {
    path: PATH,
    fields: [],
    show: (visit, state: FormState) => ({
      title: visit.words.signOutTitle,
      body: html`${problemSummary(state)}<p>${visit.words.signOutText}</p>
${signedForm(visit, PATH, submit(visit.words.signOut))}`,
    }),
    submit: async (visit) => {
      const { site, c } = visit;
      const tokens = refreshCookies(c.req.raw, site.issuer);
      await sessions.endPresented(tokens, {
        ...visitorOf(visit),
        reason: "signed_out",
        actorId: null,
      });
      const cookies = signOutAnswer(site.issuer).headers.getSetCookie();
      return redirect(visit, visit.returnTo ?? pageHref(visit, "/signed-out"), cookies);
    },
  };
}

/** Adds the two pages without a form of their own. */
export function addStatePages(routes: App, site: PageSite): void {
  routes.get("/signed-out", (c) => {
    const visit = openVisit(site, c, c.req.query(RETURN_FIELD));
    const { words } = visit;
    // The console leads here with it once an account's end was asked for.
    const isDeletionAsked = c.req.query("notice") === "deletion_asked";
    return showPage(visit, {
      title: words.signedOutTitle,
      body: html`${noticeBox(isDeletionAsked ? words.notices.deletion_asked : undefined)}
<p>${words.signedOutText}</p>
<p><a class="button" href="${pageHref(visit, "/sign-in")}">${words.signIn}</a></p>`,
    });
  });
  routes.get("/signed-in", (c) => {
    const visit = openVisit(site, c);
    const { words } = visit;
    return showPage(visit, {
      title: words.signedInTitle,
      body: html`<p>${words.signedInText}</p>
${signedForm(visit, PATH, submit(words.signOut, "second"))}`,
    });
  });
}
