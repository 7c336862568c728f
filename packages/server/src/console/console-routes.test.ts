import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHandler } from "../http/handler.ts";
import { createLogger } from "../observability/logger.ts";
import { consoleRoutes } from "./console-routes.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "latchkey-console-"));
  await mkdir(join(directory, "assets"));
  await writeFile(
    join(directory, "index.html"),
    '<html lang="%LANGUAGE%"><meta nonce="%STYLE_NONCE%"><script src="%BASE%/assets/a.js"></script>',
  );
  await writeFile(join(directory, "assets", "a.js"), "plain");
  await writeFile(join(directory, "assets", "a.js.gz"), "zipped");
});
afterEach(() => rm(directory, { recursive: true }));

function get(path: string, headers: Record<string, string> = {}, base = ""): Promise<Response> {
  const issuer = `https://id.example${base}`;
  const handler = createHandler({
    routes: consoleRoutes(
      { directory },
      { base, chooseLanguage: (c) => chosen(c.req.query("lang")) },
    ),
    issuer,
    origins: new Set(),
    trustedProxies: 0,
    bodyLimit: 1024,
    log: createLogger({ level: "silent" }),
    clock: Date.now,
  });
  return handler(new Request(`https://id.example${path}`, { headers }));
}

const chosen = (lang: string | undefined) => ({
  language: lang ?? "fr",
  setCookie: lang === undefined ? null : `lang=${lang}`,
});

const nonceOf = (text: string) => /nonce="?-?([A-Za-z0-9_-]{22})/.exec(text)?.[1];

describe("the page", () => {
  it.each(["/account", "/account/devices", "/admin", "/admin/users/x"])(
    "is at %s",
    async (path) => {
      const response = await get(path);
      expect([response.status, response.headers.get("Content-Type")]).toEqual([
        200,
        "text/html; charset=UTF-8",
      ]);
    },
  );

  it("is what the server's address leads to", async () => {
    const response = await get("/");
    expect([response.status, response.headers.get("Location")]).toEqual([303, "/account"]);
  });

  it("lets only our scripts run, and styles of this one answer", async () => {
    const [first, second] = [await get("/account"), await get("/account")];
    const policy = first.headers.get("Content-Security-Policy") ?? "";
    const nonce = nonceOf(await first.text());
    expect(nonce).toBeDefined();
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(nonceOf(await second.text())).not.toBe(nonce);
    expect(first.headers.get("Cache-Control")).toBe("no-store");
    expect(first.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(first.headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(first.headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
  });

  it("says its language, and remembers one that was chosen", async () => {
    const [asked, selected] = [await get("/account"), await get("/admin?lang=de")];
    expect(await asked.text()).toContain('<html lang="fr">');
    expect(await selected.text()).toContain('<html lang="de">');
    expect(selected.headers.get("Content-Language")).toBe("de");
    expect([asked, selected].map(({ headers }) => headers.getSetCookie())).toEqual([
      [],
      ["lang=de"],
    ]);
  });

  it("names its files below the issuer's path", async () => {
    expect(await (await get("/account", {}, "/base")).text()).toContain('"/base/assets/a.js"');
  });

  it("is a failure of the server when it is not built", async () => {
    await rm(join(directory, "index.html"));
    const response = await get("/account");
    expect([response.status, await response.json()]).toMatchObject([500, { code: "internal" }]);
  });
});

describe("its files", () => {
  it("are kept for ever, in a coding that the request accepts", async () => {
    const zipped = await get("/assets/a.js", { "Accept-Encoding": "gzip" });
    expect(await zipped.text()).toBe("zipped");
    expect(zipped.headers.get("Content-Encoding")).toBe("gzip");
    expect(zipped.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
    expect(zipped.headers.get("Vary")).toContain("Accept-Encoding");
    const plain = await get("/assets/a.js");
    expect([await plain.text(), plain.headers.get("Content-Encoding")]).toEqual(["plain", null]);
  });

  it.each(["/assets/none.js", "/assets/..%2findex.html", "/assets/"])(
    "%s is not found",
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );
});
