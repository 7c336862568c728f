// The frame of every page: head, brand, one column, languages. `html` escapes every value; nothing
// inline that the policy would have to allow.

import { html } from "hono/html";
import { ICON_PATH } from "./assets.ts";
import type { Messages } from "./languages/messages.ts";
import { LANGUAGES } from "./languages/select-language.ts";
import type { PageSite } from "./site.ts";

/** A piece of a page. */
export type Html = ReturnType<typeof html>;

/** A page without its frame. */
export interface PageContent {
  readonly title: string;
  readonly body: Html;
}

/** Nothing. */
export const NOTHING: Html = html``;

/**
 * Frames a page.
 *
 * @param languageHref - where a link to this page in another language leads
 */
export function framePage(
  site: PageSite,
  words: Messages,
  content: PageContent,
  languageHref: (code: string) => string,
): Html {
  const { productName, theme, assets, path } = site;
  return html`<!doctype html>
<html lang="${words.code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${documentTitle(content.title, productName)}</title>
<link rel="icon" href="${path}${assets.icon.path}">
<link rel="stylesheet" href="${path}${assets.style.path}">
<script type="module" src="${path}${assets.script.path}"></script>
</head>
<body>
<header class="brand">${theme.logo === null ? keyIcon() : html`<img src="${theme.logo}" alt="">`}<span>${productName}</span></header>
<main>
<h1>${content.title}</h1>
${content.body}
</main>
<footer><nav aria-label="${words.chooseLanguage}"><ul>
${LANGUAGES.map((language) => languageLink(language, words, languageHref(language.code)))}
</ul></nav></footer>
</body>
</html>`;
}

// "Sign in to Clinic" says it already.
function documentTitle(title: string, productName: string): string {
  return title.includes(productName) ? title : `${title} · ${productName}`;
}

function languageLink(language: Messages, current: Messages, href: string): Html {
  const { code, name } = language;
  const mark = code === current.code ? html` aria-current="true"` : NOTHING;
  return html`<li><a href="${href}" lang="${code}" hreflang="${code}"${mark}>${name}</a></li>
`;
}

function keyIcon(): Html {
  return html`<svg viewBox="0 0 32 32" aria-hidden="true"><path fill="currentColor" d="${ICON_PATH}"/></svg>`;
}
