// The clinic's page: built from web/ when the clinic starts, in memory, and served under a policy that
// lets it run its own script and talk to the clinic and to Latchkey, and nothing else.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type RequestHandler, Router } from "express";

const web = fileURLToPath(new URL("../web/", import.meta.url));

/** A page with its files. */
export interface FrontEnd {
  readonly html: string;
  /** By path. */
  readonly files: ReadonlyMap<string, { readonly type: string; readonly text: string }>;
  readonly policy: string;
}

/** Builds the page; null where only the API was copied. @param issuer - the Latchkey server's URL */
export async function buildFrontEnd(issuer: string): Promise<FrontEnd | null> {
  if (!existsSync(web)) return null;
  // Loaded only here: the API runs without it.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [`${web}src/main.ts`],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    // Follows this process: sources in the repository, compiled packages elsewhere.
    conditions: process.execArgv.includes("--conditions=latchkey-source")
      ? ["latchkey-source"]
      : [],
  });
  const read = (name: string): string => readFileSync(`${web}${name}`, "utf8");
  return {
    html: read("index.html").replace("%ISSUER%", () => escapeAttribute(issuer)),
    files: new Map([
      ["/app.js", { type: "text/javascript; charset=utf-8", text: outputFiles[0]?.text ?? "" }],
      ["/style.css", { type: "text/css; charset=utf-8", text: read("style.css") }],
      ["/icon.svg", { type: "image/svg+xml", text: read("icon.svg") }],
    ]),
    policy: [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      `connect-src 'self' ${new URL(issuer).origin}`,
      // The client renews in a frame of the server: docs/browser.md.
      `frame-src ${new URL(issuer).origin}`,
      "form-action 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
    ].join("; "),
  };
}

/** Creates the routes of the page. */
export function createFrontEndRoutes({ html, files, policy }: FrontEnd): Router {
  const router = Router();
  const send =
    (type: string, text: string): RequestHandler =>
    (_request, response) => {
      response.set({
        "content-type": type,
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
      });
      response.send(text);
    };
  router.get("/", send("text/html; charset=utf-8", html));
  for (const [path, { type, text }] of files) router.get(path, send(type, text));
  return router;
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
