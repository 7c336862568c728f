// Every hosted page of a server and its static files. A page is added here and in PAGE_PATHS, which
// the handler needs: these paths take forms, and answer errors as pages.

import type { MailedPasswordContext } from "../accounts/recovery/set-mailed-password.ts";
import { SETUP_PATH, type SetupContext } from "../accounts/setup.ts";
import { type App, createRoutes } from "../http/app.ts";
import { Refusal } from "../http/refusal.ts";
import { ASSET_MAX_AGE } from "./assets.ts";
import { type EmailSignInContext, emailSignInPage, signInLinkPage } from "./email-sign-in-pages.ts";
import { acceptsHtml } from "./error-page.ts";
import { addFormPage, type FormPage } from "./form-page.ts";
import { frameRoutes } from "./frame-page.ts";
import { type LinkPagesContext, linkPages } from "./link-pages.ts";
import { forgotPage, resetPage } from "./reset-pages.ts";
import { secondFactorPage } from "./second-factor-page.ts";
import { setupRoutes } from "./setup-routes.ts";
import { type SignInPageContext, signInPage } from "./sign-in-page.ts";
import { addStatePages, type SignOutPageContext, signOutPage } from "./sign-out-page.ts";
import { type SignUpPageContext, signUpPage } from "./sign-up-page.ts";
import type { PageSite } from "./site.ts";
import { verifyPage } from "./verify-page.ts";
import { openVisit, redirect } from "./visit.ts";

/** What the pages need of the features. */
export type PageContext = SetupContext &
  SignInPageContext &
  SignUpPageContext &
  SignOutPageContext &
  MailedPasswordContext &
  LinkPagesContext &
  EmailSignInContext;

/** Paths of the pages, below the issuer. */
export const PAGE_PATHS: readonly string[] = [
  SETUP_PATH,
  "/sign-in",
  "/sign-up",
  "/sign-out",
  "/signed-in",
  "/signed-out",
  "/second-factor",
  "/verify",
  "/forgot",
  "/reset",
  "/confirm-email",
  "/cancel-deletion",
  "/sign-in/email",
  "/sign-in/link",
];

/** The routes of the pages. */
export function pageRoutes(context: PageContext, site: PageSite): App {
  const routes = createRoutes();
  const pages: readonly FormPage[] = [
    signInPage(context),
    signUpPage(context),
    signOutPage(context),
    secondFactorPage(context),
    verifyPage(context),
    forgotPage(context),
    resetPage(context),
    ...linkPages(context),
    ...(context.emailSignIn ? [emailSignInPage(context), signInLinkPage(context)] : []),
  ];
  for (const page of pages) addFormPage(routes, site, page);
  addStatePages(routes, site);
  // Whoever types the server's address: the console sends strangers on to sign-in.
  routes.get("/", (c) => {
    if (!acceptsHtml(c.req.header("Accept"))) throw new Refusal("not_found");
    return redirect(openVisit(site, c), `${site.path}${site.hasConsole ? "/account" : "/sign-in"}`);
  });
  routes.route("/", setupRoutes(context, site));
  routes.route("/", frameRoutes(site));
  for (const asset of Object.values(site.assets)) {
    routes.get(asset.path, (c) =>
      c.body(asset.text, 200, {
        "Content-Type": asset.type,
        "Cache-Control": `public, max-age=${ASSET_MAX_AGE}, immutable`,
      }),
    );
  }
  return routes;
}
