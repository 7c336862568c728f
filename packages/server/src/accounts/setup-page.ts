// The one hosted page of this version: plain HTML that works without JavaScript, without styles of
// its own, under a policy that would let neither run. `html` escapes every value.

import { html } from "hono/html";

/** What the form shows again after a refusal; never the password. */
export interface SetupForm {
  readonly code: string;
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  readonly name?: string | undefined;
  /** What was wrong with the last try. */
  readonly problem?: string | undefined;
  /** Code points. */
  readonly minPasswordLength: number;
}

type Page = ReturnType<typeof html>;

/** Content-Security-Policy of the pages: nothing loads, and the form goes nowhere else. */
export const PAGE_POLICY =
  "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/**
 * Referrer-Policy of the pages: the origin, and never the link with its code. `no-referrer` would
 * make browsers send the form with `Origin: null`, and where they send no Fetch Metadata (plain
 * http, older ones) that is all there is to tell that the form is ours. Fetch section 3.2.
 */
export const PAGE_REFERRER_POLICY = "strict-origin";

/** The form. */
export function setupFormPage(form: SetupForm): Page {
  const problem =
    form.problem === undefined ? "" : html`<p role="alert"><strong>${form.problem}</strong></p>`;
  return page(
    "Set up the first administrator",
    html`${problem}
      <form method="post" action="setup">
        <input type="hidden" name="code" value="${form.code}" />
        <p>
          <label for="email">E-mail</label><br />
          <input id="email" name="email" type="email" autocomplete="email" required
            maxlength="254" value="${form.email ?? ""}" />
        </p>
        <p>
          <label for="username">User name (optional)</label><br />
          <input id="username" name="username" autocomplete="username" maxlength="32"
            value="${form.username ?? ""}" />
        </p>
        <p>
          <label for="name">Name (optional)</label><br />
          <input id="name" name="name" autocomplete="name" maxlength="100"
            value="${form.name ?? ""}" />
        </p>
        <p>
          <label for="password">Password: at least ${form.minPasswordLength} characters, a
            sentence is fine</label><br />
          <input id="password" name="password" type="password" autocomplete="new-password"
            required minlength="${form.minPasswordLength}" />
        </p>
        <p><button type="submit">Create administrator</button></p>
      </form>`,
  );
}

/** The page after the form. */
export function setupDonePage(): Page {
  return page(
    "The administrator exists",
    html`<p>You can sign in now. This link does not work any more.</p>`,
  );
}

/** The page for a link that cannot be used; it names the code that the error reference explains. */
export function setupLinkPage(problem: {
  readonly code: string;
  readonly cause: string;
  readonly remedy: string;
}): Page {
  const { code, cause, remedy } = problem;
  return page(
    "This link does not work",
    html`<p>${cause}</p><p>${remedy}</p><p><code>${code}</code></p>`,
  );
}

function page(title: string, content: Page): Page {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} - Latchkey</title>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`;
}
