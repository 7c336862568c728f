// The hosted pages in a real browser: with scripts and without, light and dark, wide and narrow, by
// keyboard, with a passkey, and under attack from another site's page.

import { createServer } from "node:http";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { findBarriers, findBarriersInLooks, type Look, WCAG } from "./harness/barriers.ts";
import { addAuthenticator, launchBrowser } from "./harness/browser.ts";
import { root } from "./harness/child.ts";
import { removeDirectories } from "./harness/directory.ts";
import { createStore, keepToStories, STORY } from "./harness/engine.ts";
import { type PageServer, startPageServer } from "./harness/page-server.ts";
import {
  createPerson,
  PASSWORD,
  signIn,
  TOUR,
  TOUR_CONFIG,
  walkPages,
} from "./harness/page-tour.ts";

/** Milliseconds that a walk through all pages may take on a busy machine. */
const TOUR_TIMEOUT = 180_000;

const WIDE: Look = { colorScheme: "light", viewport: { width: 1024, height: 768 } };
const NARROW: Look = { colorScheme: "dark", viewport: { width: 320, height: 640 } };
const RULES = [...WCAG, "best-practice"];

let browser: Browser;

beforeEach(keepToStories);

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await removeDirectories();
});

async function openServer(): Promise<PageServer> {
  const server = await startPageServer({ ...(await createStore()), ...TOUR_CONFIG });
  onTestFinished(() => server.close());
  return server;
}

/** A visitor, and everything that the browser refused to load, run or send. */
async function openVisitor(
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    // A status over 400 is the answer to a mistake, and not the browser's complaint.
    const isStatus = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isStatus) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, context, complaints };
}

const heading = (page: Page) => page.getByRole("heading", { level: 1 }).textContent();

describe("every page", () => {
  it("works without JavaScript, and without a complaint of the browser", {
    ...STORY,
    timeout: TOUR_TIMEOUT,
  }, async () => {
    const server = await openServer();
    const { page, complaints } = await openVisitor({ javaScriptEnabled: false });
    const titles: (readonly [string, string | null])[] = [];
    await walkPages(server, page, async (name) => {
      titles.push([name, await heading(page)]);
      const passkeys = await page.getByRole("button", { name: /passkey/i }).count();
      if (passkeys > 0) titles.push([name, "a button that cannot work"]);
    });
    expect(titles.length).toBeGreaterThan(28);
    expect(titles.filter(([, title]) => title === "a button that cannot work")).toEqual([]);
    expect(titles.filter(([, title]) => title === "Something went wrong")).toEqual([
      ["error", "Something went wrong"],
    ]);
    expect(complaints).toEqual([]);
  });

  it.each([
    ["light and wide", [WIDE, NARROW], TOUR[0]],
    ["dark and narrow", [NARROW, WIDE], TOUR[1]],
  ] as const)(
    "has no barrier, and no width to scroll, in either look; begun %s",
    async (_name, order, parts) => {
      const server = await openServer();
      const { page, complaints } = await openVisitor(order[0]);
      const barriers: string[] = [];
      let looks: readonly Look[] = order;
      const at = async (name: string): Promise<void> => {
        const found = await findBarriersInLooks(page, looks, RULES);
        barriers.push(...found.map((text) => `${name}: ${text}`));
        // The next page is opened in the look that this one was left in.
        looks = looks.toReversed();
      };
      await walkPages(server, page, at, parts);
      expect(barriers).toEqual([]);
      expect(complaints).toEqual([]);
      // What the policy forbids would have been heard.
      await page.evaluate("document.body.setAttribute('style', 'color: red')");
      await expect.poll(() => complaints).toEqual([expect.stringContaining("style-src")]);
    },
    TOUR_TIMEOUT,
  );

  it("keeps nothing in the browser but its cookies, and no secret in an address", async () => {
    const server = await openServer();
    const { page, context } = await openVisitor();
    const addresses: string[] = [];
    page.on("request", (request) => addresses.push(request.url()));
    const email = await createPerson(server);
    await signIn(server, page, email);
    await page.getByRole("heading", { name: "You are signed in" }).waitFor();
    expect(await page.evaluate("[localStorage.length, sessionStorage.length]")).toEqual([0, 0]);
    expect(addresses.join(" ")).not.toMatch(/lkr_|eyJ|herons|%40example/);
    const cookies = await context.cookies();
    expect(cookies.filter(({ name }) => /-[01]$/.test(name))).toHaveLength(2);
    for (const { httpOnly } of cookies) expect(httpOnly).toBe(true);
  });
});

describe("a mistake", () => {
  it("takes the focus, and the keyboard is all that is needed", async () => {
    const server = await openServer();
    const { page } = await openVisitor();
    const email = await createPerson(server);
    await page.goto(`${server.url}/sign-in`);
    const focused = () => page.evaluate<string>("document.activeElement?.id ?? ''");
    expect(await focused()).toBe("name");
    await page.keyboard.type(email);
    await page.keyboard.press("Tab");
    await page.keyboard.type("not the password at all");
    await page.keyboard.press("Enter");
    await page.locator("#problem").waitFor();
    expect(await focused()).toBe("problem");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("name");
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    // Past the button that shows it, to the box.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "You are signed in" }).waitFor();
  });
});

describe("with JavaScript", () => {
  it("a password can be looked at, and is never sent as text", async () => {
    const server = await openServer();
    const { page } = await openVisitor();
    await page.goto(`${server.url}/sign-in`);
    const password = page.getByLabel("Password");
    await password.fill("not the password at all");
    const button = page.getByRole("button", { name: "Show" });
    await button.click();
    expect(await password.getAttribute("type")).toBe("text");
    expect(await button.getAttribute("aria-pressed")).toBe("true");
    expect(await findBarriers(page, RULES)).toEqual([]);
    await page.evaluate(`addEventListener("submit", (event) => {
      event.preventDefault();
      document.title = document.getElementById("password").type;
    })`);
    await page.getByLabel("E-mail or user name").fill("ann@example.com");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    expect(await page.title()).toBe("password");
  });

  it("a form is sent once, however often its button is pressed, and again after going back", async () => {
    const server = await openServer();
    const { page } = await openVisitor();
    const email = await createPerson(server);
    const sent: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST") sent.push(new URL(request.url()).pathname);
    });
    await page.goto(`${server.url}/forgot`);
    await page.getByLabel("E-mail").fill(email);
    await page.evaluate(`for (let i = 0; i < 3; i++) document.forms[0].requestSubmit()`);
    await page.getByRole("heading", { name: "Check your mail" }).waitFor();
    expect(sent).toEqual(["/forgot"]);
    await page.goBack();
    await page.getByLabel("E-mail").fill(email);
    await page.getByRole("button", { name: "Send the mail" }).click();
    await page.getByRole("heading", { name: "Check your mail" }).waitFor();
    expect(sent).toEqual(["/forgot", "/forgot"]);
  });
});

describe("a newcomer", () => {
  it("comes from the link of the terminal to the console by clicking", async () => {
    const server = await startPageServer({
      ...(await createStore()),
      console: { directory: `${root}/packages/console/dist` },
    });
    onTestFinished(() => server.close());
    const { page, complaints } = await openVisitor();
    await page.goto(server.setupLink ?? "");
    await page.getByLabel("E-mail").fill("root@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Create administrator" }).click();
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("E-mail or user name").fill("root@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL(`${server.url}/admin`);
    await page.getByRole("link", { name: "Users" }).waitFor();
    expect(complaints).toEqual([]);
  });
});

describe("a passkey", () => {
  /** Adds a passkey to an account, in a page of the issuer. */
  async function addPasskey(server: PageServer, page: Page, email: string): Promise<void> {
    await page.goto(`${server.url}/sign-in`);
    const { status, text } = await page.evaluate(
      async ([login, password]) => {
        const post = async (path: string, body: object, token?: string) => {
          const response = await fetch(path, {
            method: "POST",
            headers: {
              "Content-Type": "application/json",
              "Latchkey-Request": "1",
              ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
            },
            body: JSON.stringify(body),
          });
          return { status: response.status, text: await response.text() };
        };
        const signedIn = await post("/auth/login", { email: login, password, transport: "cookie" });
        const { access_token: token } = JSON.parse(signedIn.text);
        const begun = JSON.parse((await post("/auth/me/passkeys/options", {}, token)).text);
        const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(begun.options);
        const credential = await navigator.credentials.create({ publicKey });
        if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey");
        return post(
          "/auth/me/passkeys",
          { ceremony: begun.ceremony, credential: credential.toJSON(), name: "Test" },
          token,
        );
      },
      [email, PASSWORD] as const,
    );
    expect([status, text]).toEqual([expect.any(Number), expect.stringContaining("id")]);
    expect(status).toBeLessThan(300);
  }

  it("signs in by itself, and is the second factor of a password", STORY, async () => {
    const server = await openServer();
    const { page, context, complaints } = await openVisitor();
    await addAuthenticator(page);
    const email = await createPerson(server);
    await addPasskey(server, page, email);
    await context.clearCookies();

    await page.goto(`${server.url}/sign-in?return_to=%2Fsigned-in`);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("heading", { name: "You are signed in" }).waitFor();
    await context.clearCookies();

    await signIn(server, page, email);
    await page.getByRole("heading", { name: "One more step" }).waitFor();
    expect(await findBarriers(page, RULES)).toEqual([]);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByRole("heading", { name: "You are signed in" }).waitFor();
    expect(complaints).toEqual([]);
  });

  it("that is not there leaves the other ways, and says so", async () => {
    const server = await openServer();
    const { page } = await openVisitor();
    const authenticator = await addAuthenticator(page);
    await authenticator.setUserVerified(false);
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByText("The passkey was not used").waitFor();
    expect(await page.getByRole("button", { name: "Sign in", exact: true }).isEnabled()).toBe(true);
  });
});

describe("K8: another site's page", () => {
  it("cannot sign its visitor in or out, nor put a page into a frame", async () => {
    const server = await openServer();
    const { page, context } = await openVisitor();
    const email = await createPerson(server);
    await signIn(server, page, email);
    await page.getByRole("heading", { name: "You are signed in" }).waitFor();
    const before = await context.cookies();

    const html = `<!doctype html><title>evil</title>
      <form id="in" method="post" action="${server.url}/sign-in">
        <input name="name" value="mallory@example.com"><input name="password" value="x">
        <button>in</button></form>
      <form id="out" method="post" action="${server.url}/sign-out"><button>out</button></form>
      <iframe src="${server.url}/sign-in"></iframe>`;
    const evil = createServer((_, response) => {
      response.writeHead(200, { "Content-Type": "text/html" }).end(html);
    });
    await new Promise<void>((resolve) => evil.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void evil.close());
    const address = evil.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    // Another site than localhost, as browsers see it.
    const origin = `http://127.0.0.1:${address.port}`;

    for (const button of ["in", "out"]) {
      await page.goto(origin);
      await page.getByRole("button", { name: button }).click();
      await page.getByText("The form came from another site").waitFor();
    }
    await page.goto(origin);
    const [, frame] = page.frames();
    await frame?.waitForLoadState();
    expect(await frame?.locator("form").count()).toBe(0);
    expect(await context.cookies()).toEqual(before);
  });
});
