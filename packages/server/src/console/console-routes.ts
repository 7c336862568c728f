// Serves the console: /account and /admin with everything below them are one page, / leads there,
// /assets are its files. What the page shows it asks the API for, so nothing here is secret.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "hono";
import { type App, type AppEnv, createRoutes } from "../http/app.ts";
import { Refusal } from "../http/refusal.ts";
import { consolePolicy, createNonce, fillConsolePage } from "./console-page.ts";
import { openStaticFiles, selectCoding } from "./static-files.ts";

/** Seconds that a file may be kept: its name changes with its content. */
export const ASSET_MAX_AGE = 31_536_000;

/** Where the console is. */
export interface ConsoleConfig {
  /** The folder that it was built into: index.html and assets/. */
  readonly directory: string;
}

/** What the console's page depends on besides its files. */
export interface ConsoleSite {
  /** Path of the issuer, "" for none. */
  readonly base: string;
  /** The language of an answer, and the Set-Cookie value that remembers it when it was chosen. */
  readonly chooseLanguage: (c: Context<AppEnv>) => {
    readonly language: string;
    readonly setCookie: string | null;
  };
}

/** The routes of the console. */
export function consoleRoutes(config: ConsoleConfig, { base, chooseLanguage }: ConsoleSite): App {
  const files = openStaticFiles(join(config.directory, "assets"));
  const routes = createRoutes();
  let page: Promise<string> | undefined;

  async function showPage(c: Context<AppEnv>): Promise<Response> {
    page ??= readFile(join(config.directory, "index.html"), "utf8");
    const built = await page.catch((error: unknown) => {
      page = undefined;
      throw error;
    });
    const nonce = createNonce();
    const { language, setCookie } = chooseLanguage(c);
    return c.html(fillConsolePage(built, { nonce, base, language }), 200, {
      ...(setCookie === null ? {} : { "Set-Cookie": setCookie }),
      "Content-Language": language,
      Vary: "Accept-Language, Cookie",
      "Content-Security-Policy": consolePolicy(nonce),
      "Cross-Origin-Opener-Policy": "same-origin",
      // The nonce is of this answer alone.
      "Cache-Control": "no-store",
    });
  }

  // Whoever opens the server's address looks for a page.
  routes.get("/", (c) => c.redirect(`${base}/account`, 303));
  for (const path of ["/account", "/account/*", "/admin", "/admin/*"]) routes.get(path, showPage);

  routes.get("/assets/:name", async (c) => {
    const file = await files.find(c.req.param("name"));
    if (file === undefined) throw new Refusal("not_found");
    const coding = selectCoding(c.req.header("Accept-Encoding"));
    const coded = coding === undefined ? undefined : file[coding];
    return c.body(coded ?? file.identity, 200, {
      "Content-Type": file.type,
      "Cache-Control": `public, max-age=${ASSET_MAX_AGE}, immutable`,
      Vary: "Accept-Encoding",
      ...(coding === undefined || coded === undefined ? {} : { "Content-Encoding": coding }),
    });
  });

  return routes;
}
