// The static files of the pages: style sheet, script, icon. Each has a name that changes with its
// content, so a browser may keep it for good, and the policy needs no inline style or script. They
// lie beside the source as files of their own kind (the frame's is made of the client, by
// packages/client/test/frame-script.ts); the theme is written in front of the style sheet
// once, when the server opens.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Theme, themeStyles } from "./theme.ts";

/** Seconds that a browser may keep a file. */
export const ASSET_MAX_AGE = 31_536_000;

/** A static file. */
export interface Asset {
  /** Path below the issuer. */
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

/** The static files. */
export interface PageAssets {
  readonly style: Asset;
  readonly script: Asset;
  readonly icon: Asset;
  /** Of the frame; below /auth, with which a proxy may stop. */
  readonly frame: Asset;
}

const JAVASCRIPT = "text/javascript; charset=utf-8";

/** Reads the files and gives them their names. */
export function loadAssets(theme: Theme): PageAssets {
  const style = themeStyles(theme) + squeezeCss(read("pages.css"));
  return {
    style: nameAsset("style", "css", "text/css; charset=utf-8", style),
    script: nameAsset("pages", "js", JAVASCRIPT, read("pages.js")),
    icon: nameAsset("icon", "svg", "image/svg+xml", iconOf(theme.accent)),
    frame: nameAsset("frame", "js", JAVASCRIPT, read("frame.js"), "/auth"),
  };
}

// From src/pages and from dist/pages alike.
function read(name: string): string {
  return readFileSync(new URL(`../../assets/${name}`, import.meta.url), "utf8");
}

function nameAsset(
  name: string,
  ending: string,
  type: string,
  text: string,
  folder = "/pages",
): Asset {
  const hash = createHash("sha256").update(text).digest("base64url").slice(0, 16);
  return { path: `${folder}/${name}.${hash}.${ending}`, type, text };
}

// Our own file, in the one style that the formatter gives it: no string in it holds what is cut.
function squeezeCss(css: string): string {
  return css
    .replaceAll(/\/\*[^]*?\*\//g, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([{};,]) ?/g, "$1")
    .replaceAll(/: /g, ":")
    .replaceAll(";}", "}")
    .trim();
}

/** The shape of the icon: a key, in a square of 32. */
export const ICON_PATH =
  "M19 5a8 8 0 0 0-7.6 10.5L4 22.9V28h5.1v-3h3v-3h3l1.4-1.4A8 8 0 1 0 19 5zm2 9a3 3 0 1 1 0-6 3 3 0 0 1 0 6z";

function iconOf(accent: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="${accent}" d="${ICON_PATH}"/></svg>`;
}
