// The console in a real browser: an administrator's day, one's own account, what the page may do,
// and who can use it.

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { findBarriersInLooks, type Look, WCAG } from "./harness/barriers.ts";
import { addAuthenticator, launchBrowser } from "./harness/browser.ts";
import {
  ADMINISTRATOR,
  CONSOLE,
  type ConsoleWorld,
  openConsoleWorld,
  PASSWORD,
  signInTo,
} from "./harness/console-world.ts";
import { removeDirectories } from "./harness/directory.ts";
import { createStore, keepToStories, STORY } from "./harness/engine.ts";
import { startPageServer } from "./harness/page-server.ts";
import { logIn } from "./harness/people.ts";
import { totpCode } from "./harness/totp.ts";

let browser: Browser;
let world: ConsoleWorld;

beforeEach(keepToStories);

beforeAll(async () => {
  browser = await launchBrowser();
  world = await openConsoleWorld(await createStore());
});

afterAll(async () => {
  await world.close();
  await browser.close();
  await removeDirectories();
});

/** Somebody at the console, everything that the browser refused or broke on, and every URL asked. */
async function openVisitor(options: Parameters<Browser["newContext"]>[0] = {}): Promise<{
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: string[];
  readonly urls: string[];
}> {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  const urls: string[] = [];
  page.on("console", (message) => {
    // A status over 400 is an answer, and not the browser's complaint.
    const isStatus = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isStatus) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => urls.push(request.url()));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      // oxlint-disable-next-line no-console
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { page, context, complaints, urls };
}

/** How long a page may take under load; what is awaited comes sooner. */
const PATIENCE = { timeout: 20_000 };

const press = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, exact: typeof name === "string" }).click();
const dialog = (page: Page) => page.getByRole("dialog");
const go = async (page: Page, name: string): Promise<void> => {
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
};

/** What is stored where a script can read it, cookies included. */
const readable = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const databases = await indexedDB.databases();
    return JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      location.href,
      history.state,
      databases.map(({ name }) => name),
    ]);
  });

describe("an administrator", () => {
  it("creates a role and a user, sees the sessions, ends one, and it is over", STORY, async () => {
    const { page, complaints } = await openVisitor();
    await signInTo(world, page, { path: "/admin" });

    await go(page, "Roles");
    await press(page, "Create role");
    await dialog(page).getByLabel("Name").fill("Night nurse");
    await dialog(page).getByRole("button", { name: "Create role" }).click();
    await dialog(page).getByLabel("Name").and(page.locator("[aria-invalid=true]")).waitFor();
    await dialog(page)
      .getByText(/^a-z first/)
      .waitFor();
    expect(await dialog(page).getByRole("alert").count()).toBe(0);
    await dialog(page).getByLabel("Name").fill("night-nurse");
    await dialog(page).getByLabel("Permissions").first().fill("ward:read");
    await page.keyboard.press("Enter");
    await dialog(page).getByRole("button", { name: "Create role" }).click();
    await page.getByText("ward:read").waitFor();

    await go(page, "Users");
    await press(page, "Create user");
    await dialog(page).getByLabel("E-mail address").fill("nora@clinic.example");
    await dialog(page).getByLabel("Name", { exact: true }).fill("Nora Nilsen");
    await dialog(page).getByLabel("First password").fill(PASSWORD);
    await dialog(page).getByRole("button", { name: "Create user" }).click();
    await page.getByRole("heading", { level: 1, name: "Nora Nilsen" }).waitFor();

    await page.getByRole("combobox", { name: "Roles" }).click();
    await page.getByRole("option", { name: "night-nurse" }).click();
    await page.keyboard.press("Escape");
    await press(page, "Save");
    await page.getByText("Roles saved").waitFor();

    const nora = await openVisitor();
    await signInTo(world, nora.page, { email: "nora@clinic.example" });
    await expect.poll(() => nora.page.getByText("night-nurse").count(), PATIENCE).toBe(1);
    expect(await nora.page.getByRole("link", { name: "Users" }).count()).toBe(0);

    await page.reload();
    await press(page, /^Sign out (?!everywhere)/);
    await page.getByText("Not signed in anywhere").waitFor();
    await nora.page.reload();
    await nora.page.waitForURL(/\/sign-in/);
    expect(complaints).toEqual([]);
  });

  it("rotates a signing key, and its old tokens stay good", async () => {
    const { page, complaints } = await openVisitor();
    const person = { email: "dora@clinic.example", password: PASSWORD, name: "" };
    const { access_token: token } = await logIn(world.server, person);
    await signInTo(world, page, { path: "/admin/keys" });
    const [before = ""] = await currentKeys();
    await page.getByText(before).waitFor();
    await press(page, "Rotate signing keys");
    await dialog(page).getByRole("button", { name: "Rotate" }).click();
    await page.getByText(/The next key signs from now on/).waitFor();
    await expect.poll(async () => (await currentKeys())[0] === before, PATIENCE).toBe(false);
    const me = await fetch(`${world.server.url}/auth/me`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(me.status).toBe(200);
    expect(complaints).toEqual([]);
  });

  it("inspects a token, takes it back, and sees the revocation live", STORY, async () => {
    const { page, complaints, urls } = await openVisitor();
    const person = { email: "emil@clinic.example", password: PASSWORD, name: "" };
    const { access_token: token } = await logIn(world.server, person);
    await signInTo(world, page, { path: "/admin/inspector" });
    await page.getByLabel("Token", { exact: true }).fill(token);
    await page.getByText("This access token is good").waitFor();
    await page.getByText("The user that it speaks for.").waitFor();
    expect(await readable(page)).not.toContain(token.split(".")[2]);

    const watcher = await page.context().newPage();
    await watcher.goto(`${world.server.url}/admin/revocations`);
    await watcher.getByText("Live", { exact: true }).waitFor();
    await press(page, "Take this token back");
    await dialog(page).getByRole("button", { name: "Take back" }).click();
    await page.getByText("This access token is refused").waitFor();
    await page.getByText("This one token was taken back.").waitFor();
    await watcher.getByText("New", { exact: true }).first().waitFor();
    expect(urls.filter((url) => url.includes(token.slice(0, 30)))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("says exactly why a token is refused, and what is no token", async () => {
    const { page } = await openVisitor();
    const person = { email: "emil@clinic.example", password: PASSWORD, name: "" };
    const { access_token: token } = await logIn(world.server, person);
    const [header, claims, signature = ""] = token.split(".");
    const forged = `${header}.${claims}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
    await signInTo(world, page, { path: "/admin/inspector" });
    await page.getByLabel("Token", { exact: true }).fill(forged);
    await page.getByText(/Its signature does not fit/).waitFor();
    await page.getByLabel("Token", { exact: true }).fill("certainly no token");
    await page.getByText(/it has another form/).waitFor();
    expect(await page.getByText("What it says").count()).toBe(0);
  });

  it("is at the new page's title after each step, by keyboard alone", async () => {
    const { page } = await openVisitor();
    await signInTo(world, page);
    await page.getByRole("link", { name: "Roles", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Roles" }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    await expect.poll(focused, PATIENCE).toBe("Roles");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Create role");
    await page.keyboard.press("Enter");
    await dialog(page).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => dialog(page).count(), PATIENCE).toBe(0);
    await expect.poll(focused, PATIENCE).toBe("Create role");
  });

  it("finds users, and reads settings and audit log", async () => {
    const { page, complaints } = await openVisitor();
    await signInTo(world, page, { path: "/admin/users" });
    await page.getByLabel("Search users").fill("lindq");
    await expect.poll(() => page.getByRole("row").count(), PATIENCE).toBe(2);
    await go(page, "Settings");
    await page.getByText("accessTokenLifetime").waitFor();
    await page.getByText("15 minutes", { exact: true }).waitFor();
    await go(page, "Audit log");
    await page.getByText("Signed in").first().waitFor();
    await page.getByRole("combobox", { name: "Outcome" }).click();
    await page.getByRole("option", { name: "Failed" }).click();
    await page.getByText("Failed", { exact: true }).first().waitFor();
    await press(page, "Show all");
    await page.getByRole("combobox", { name: "Person" }).fill("fia@clinic");
    await page.getByRole("option", { name: "Fia Moreau (fia@clinic.example)" }).click();
    const people = page.getByRole("link", { name: /@/ });
    await expect
      .poll(async () => [...new Set(await people.allTextContents())], PATIENCE)
      .toEqual(["fia@clinic.example"]);
    expect(complaints).toEqual([]);
  });
});

describe("a newcomer", () => {
  it(
    "sets up the first administrator, makes a role, signs somebody up and takes a token back, by clicking",
    STORY,
    async () => {
      const server = await startPageServer({
        ...(await createStore()),
        console: { directory: CONSOLE },
      });
      onTestFinished(() => server.close());
      const { page, complaints } = await openVisitor();
      await page.goto(server.setupLink ?? "");
      await page.getByLabel("E-mail").fill("root@example.com");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Create administrator" }).click();

      await page.goto(server.url);
      await page.getByLabel("E-mail or user name").fill("root@example.com");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("heading", { level: 1, name: "Profile" }).waitFor();
      await go(page, "Roles");
      await press(page, "Create role");
      await dialog(page).getByLabel("Name").fill("reader");
      await dialog(page).getByRole("button", { name: "Create role" }).click();
      await page.getByText("reader", { exact: true }).waitFor();

      const guest = await openVisitor();
      await guest.page.goto(`${server.url}/sign-up`);
      await guest.page.getByLabel("E-mail").fill("ann@example.com");
      await guest.page.getByLabel("Name").fill("Ann");
      await guest.page.getByLabel("Password").fill(PASSWORD);
      await guest.page.getByRole("button", { name: "Create account", exact: true }).click();
      await guest.page.goto(server.url);
      await guest.page.getByLabel("E-mail or user name").fill("ann@example.com");
      await guest.page.getByLabel("Password").fill(PASSWORD);
      await guest.page.getByRole("button", { name: "Sign in", exact: true }).click();
      await guest.page.getByRole("heading", { level: 1, name: "Profile" }).waitFor();

      await go(page, "Users");
      await page.getByRole("link", { name: "Ann" }).click();
      await press(page, /^Sign out (?!everywhere)/);
      await page.getByText("Not signed in anywhere").waitFor();
      await go(page, "Revocations");
      await expect
        .poll(() => page.getByText("remembered until").count(), PATIENCE)
        .toBeGreaterThan(0);
      await guest.page.reload();
      await guest.page.waitForURL(/\/sign-in/);
      expect(complaints).toEqual([]);
    },
  );
});

describe("one's own account", () => {
  it("adds an authenticator app and a passkey, with codes shown once", async () => {
    const { page, complaints } = await openVisitor();
    await addAuthenticator(page);
    await signInTo(world, page, { email: "fia@clinic.example", path: "/account/security" });
    await press(page, "Set up");
    const secret = (await dialog(page).locator(".lk-token").textContent()) ?? "";
    await dialog(page)
      .getByLabel("Code that the app shows")
      .fill(totpCode(secret.replaceAll(" ", ""), Date.now()));
    await press(page, "Turn on");
    await page.getByText("Your recovery codes").waitFor();
    const codes = await dialog(page).getByRole("listitem").allTextContents();
    expect(codes).toHaveLength(10);
    await press(page, "I have kept them");
    await press(page, "Add a passkey");
    await dialog(page).getByLabel("Name").fill("My phone");
    await press(page, "Continue");
    await page.getByText("My phone").waitFor();
    expect(await page.content()).not.toContain(codes[0]);
    expect(complaints).toEqual([]);
  });

  it("asks for a fresh proof before it changes a factor, and goes on by itself", async () => {
    const { page, complaints } = await openVisitor();
    await signInTo(world, page, { email: "li@post.example", path: "/account/security" });
    await page.getByText("Authenticator app").waitFor();
    world.advance(11 * 60_000);
    await press(page, "Set up");
    await page.getByText("Confirm that it is you").waitFor();
    await dialog(page).locator("input[type=password]").fill("not the password");
    await press(page, "Confirm");
    await dialog(page).getByRole("alert").waitFor();
    await dialog(page).locator("input[type=password]").fill(PASSWORD);
    await press(page, "Confirm");
    await dialog(page).getByRole("img", { name: /QR/ }).waitFor();
    await press(page, "Cancel");
    expect(complaints).toEqual([]);
  });

  it("changes the password and stays signed in; the other device is out", async () => {
    const other = await openVisitor();
    await signInTo(world, other.page, { email: "emil@clinic.example" });
    const { page, complaints } = await openVisitor();
    await signInTo(world, page, { email: "emil@clinic.example", path: "/account/security" });
    await press(page, "Change password");
    await dialog(page).getByLabel("Current password").fill(PASSWORD);
    await dialog(page).getByLabel("New password").fill("another quiet heron at dusk");
    await dialog(page).getByRole("button", { name: "Change password" }).click();
    await page.getByText("Password changed").waitFor();
    await go(page, "Devices");
    await page.getByText("This device").waitFor();
    await other.page.reload();
    await other.page.waitForURL(/\/sign-in/);
    expect(complaints).toEqual([]);
  });

  it("leaves no token where a script can read it, and none after signing out", async () => {
    const { page, context, complaints, urls } = await openVisitor();
    await signInTo(world, page, { email: "ana@post.example" });
    await go(page, "Devices");
    expect(await readable(page)).not.toMatch(/eyJ|lkr_/);
    expect(urls.filter((url) => /eyJ|lkr_/.test(url))).toEqual([]);
    const cookies = await context.cookies();
    expect(cookies.filter(({ value }) => value.startsWith("lkr_")).every((c) => c.httpOnly)).toBe(
      true,
    );
    await press(page, "Your account");
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL(/\/signed-out/);
    expect((await context.cookies()).filter(({ value }) => value.startsWith("lkr_"))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("inspects tokens of one's own; of others it learns what everybody can read in them", async () => {
    const { page, complaints, urls } = await openVisitor();
    const other = { email: "dora@clinic.example", password: PASSWORD, name: "" };
    const { access_token: token } = await logIn(world.server, other);
    await signInTo(world, page, { email: "li@post.example", path: "/account/inspector" });
    await press(page, "Take the token of this page");
    await page.getByText("This access token is good").waitFor();
    expect(await page.getByRole("button", { name: "Take this token back" }).count()).toBe(0);
    await page.getByLabel("Token", { exact: true }).fill(token);
    await page.getByText("This is no token of yours").waitFor();
    await page.getByText(world.users.get(other.email) ?? "").waitFor();
    expect(await page.getByText(/is good$/).count()).toBe(0);
    expect(urls.filter((url) => url.includes("eyJ"))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("asks for the end of an account, and lands where that is said", async () => {
    const { page, complaints } = await openVisitor();
    const email = "leo@post.example";
    await world.server.control("POST", "/auth/admin/users", { email, password: PASSWORD });
    await signInTo(world, page, { email, path: "/account/data" });
    await press(page, "Delete my account");
    await dialog(page).getByLabel("Your password").fill(PASSWORD);
    await dialog(page).getByRole("button", { name: "Delete my account" }).click();
    await page.waitForURL(/\/signed-out\?notice=deletion_asked$/);
    await page.getByRole("status").getByText("Until then the link in the mail").waitFor();
    await page.goto(`${world.server.url}/account`);
    await page.waitForURL(/\/sign-in/);
    expect(complaints).toEqual([]);
  });

  it("shares its language with the hosted pages, both ways", async () => {
    const { page, context } = await openVisitor();
    await signInTo(world, page, { email: "sam@post.example" });
    await press(page, "Language");
    const remembered = page.waitForResponse(/lang=fr/);
    await page.getByRole("menuitem", { name: "Français" }).click();
    await page.getByRole("heading", { level: 1, name: "Profil" }).waitFor();
    await remembered;
    const hosted = await context.newPage();
    await hosted.goto(`${world.server.url}/forgot`);
    expect(await hosted.getAttribute("html", "lang")).toBe("fr");
    await hosted.getByRole("link", { name: "Deutsch" }).click();
    await hosted.waitForURL(/lang=de/);
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Profil" }).waitFor();
    expect(await page.getAttribute("html", "lang")).toBe("de");
    await press(page, "Mail noch einmal senden");
    await page.getByText("Eine Mail mit einem Link ist unterwegs").waitFor();
    await world.server.mail("confirm_email", "sam@post.example");
  });

  it("speaks German and French, and falls back to nothing", async () => {
    for (const [locale, profile, users] of [
      ["de-DE", "Profil", "Benutzer"],
      ["fr-FR", "Profil", "Utilisateurs"],
    ] as const) {
      const { page } = await openVisitor({ locale });
      await page.goto(`${world.server.url}/account`);
      await page
        .locator("input[type=email], input[name=login], input[name=name]")
        .first()
        .waitFor();
      await signInForeign(page);
      await page.getByRole("heading", { level: 1, name: profile }).waitFor();
      await page.getByRole("link", { name: users }).waitFor();
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale.slice(0, 2));
    }
  });
});

describe("every page", () => {
  const paths = [
    "/account",
    "/account/security",
    "/account/devices",
    "/account/activity",
    "/account/data",
    "/admin",
    "/admin/users",
    "/admin/roles",
    "/admin/clients",
    "/admin/inspector",
    "/admin/revocations",
    "/admin/keys",
    "/admin/audit",
    "/admin/mail",
    "/admin/settings",
    "/admin/nowhere",
  ];

  const looks: readonly Look[] = [
    { colorScheme: "light", viewport: { width: 1280, height: 860 } },
    { colorScheme: "dark", viewport: { width: 1280, height: 860 } },
    { colorScheme: "dark", viewport: { width: 390, height: 860 } },
    { colorScheme: "light", viewport: { width: 390, height: 860 } },
  ];

  // Each test opens a quarter of the pages, and sees them in all looks.
  it.each(looks.map((look, turn) => ({ ...look, turn })))(
    "has no barrier that axe finds, whichever way it is looked at; begun $colorScheme, $viewport.width pixels wide",
    async ({ turn }) => {
      let order = [...looks.slice(turn), ...looks.slice(0, turn)];
      const { page, complaints } = await openVisitor({ ...order[0], reducedMotion: "reduce" });
      await signInTo(world, page);
      const all = [...paths, `/admin/users/${world.users.get(ADMINISTRATOR)}`];
      const found: string[] = [];
      for (const path of all.filter((_, index) => index % looks.length === turn)) {
        await page.goto(`${world.server.url}${path}`);
        await page.locator("h1, main p").first().waitFor();
        await expect.poll(() => page.locator("[aria-label=Loading]").count(), PATIENCE).toBe(0);
        const barriers = await findBarriersInLooks(page, order, WCAG);
        found.push(...barriers.map((barrier) => `${path} ${barrier}`));
        // The next page is opened in the look that this one was left in.
        order = order.toReversed();
      }
      expect(found).toEqual([]);
      expect(complaints).toEqual([]);
    },
    180_000,
  );
});

async function signInForeign(page: Page): Promise<void> {
  await page.locator("input:not([type=hidden]):not([type=password])").first().fill(ADMINISTRATOR);
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/account$/);
}

async function currentKeys(): Promise<readonly string[]> {
  const { body } = await world.server.control<{
    items: { kid: string; purpose: string; state: string }[];
  }>("GET", "/auth/admin/keys");
  return body.items
    .filter(({ purpose, state }) => purpose === "signing" && state === "current")
    .map(({ kid }) => kid);
}
