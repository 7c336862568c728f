// The clinic's page in a real browser: the story of its README by clicking, and what the page keeps.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { findBarriersInLooks, type Look } from "./harness/barriers.ts";
import { launchBrowser } from "./harness/browser.ts";
import { stopAll } from "./harness/child.ts";
import { type Clinic, startClinic } from "./harness/clinic.ts";
import { removeDirectories } from "./harness/directory.ts";
import { createStore, keepToStories, STORY } from "./harness/engine.ts";
import { freePort } from "./harness/free-port.ts";
import { type PageServer, startPageServer } from "./harness/page-server.ts";

const PASSWORD = "seven quiet herons at dawn";
const WIDE: Look = { colorScheme: "light", viewport: { width: 1100, height: 900 } };
const NARROW: Look = { colorScheme: "dark", viewport: { width: 320, height: 700 } };

let browser: Browser;
let server: PageServer;
let clinic: Clinic;
let count = 0;

beforeEach(keepToStories);

beforeAll(async () => {
  browser = await launchBrowser();
  const port = await freePort();
  server = await startPageServer({
    ...(await createStore()),
    origins: [`http://localhost:${port}`],
  });
  clinic = await startClinic({ issuer: server.url, port: String(port) });
  await server.control("POST", "/auth/admin/roles", {
    name: "doctor",
    permissions: ["appointments:read-own-calendar"],
  });
});

afterAll(async () => {
  await browser.close();
  await stopAll();
  await server.close();
  await removeDirectories();
});

beforeEach(() => {
  count += 1;
});

async function openPage(options: Parameters<Browser["newContext"]>[0] = {}) {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    const isStatus = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isStatus) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, context, complaints };
}

async function createPerson(name: string, roles: readonly string[] = []): Promise<string> {
  const email = `${name}${count}@example.com`;
  const person = { email, password: PASSWORD, name, roles };
  const { status } = await server.control("POST", "/auth/admin/users", person);
  expect(status).toBe(201);
  return email;
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto(clinic.url);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail or user name").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "What your token says" }).waitFor();
}

const section = (page: Page, name: string) => page.getByRole("region", { name });

/** A doctor who can be booked. */
async function openCalendar(name: string): Promise<Page> {
  const { page } = await openPage();
  await signIn(page, await createPerson(name, ["doctor"]));
  const entry = section(page, "Your entry among the doctors");
  await entry.getByLabel("Speciality").fill("cardiology");
  await entry.getByRole("button", { name: "Save" }).click();
  await section(page, "Book an appointment").getByText(`${name}, cardiology`).waitFor({
    state: "attached",
  });
  return page;
}

describe("the clinic's page", () => {
  it(
    "tells the story: sign up, sign in, book, edit, cancel, sign out everywhere",
    STORY,
    async () => {
      const doctor = await openCalendar("Dora");
      const { page, complaints } = await openPage();
      await page.goto(clinic.url);
      await page.getByRole("link", { name: "Sign up" }).click();
      const email = `ana${count}@example.com`;
      await page.getByLabel("E-mail").fill(email);
      await page.getByLabel("Name").fill("Ana");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Create account" }).click();
      await page.getByLabel("E-mail or user name").fill(email);
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();

      const booking = section(page, "Book an appointment");
      await booking.getByLabel("Doctor").selectOption({ label: "Dora, cardiology" });
      await booking.getByLabel("Reason").fill("<b>check-up</b>");
      await booking.getByRole("button", { name: "Book" }).click();
      await booking.getByText("Booked.").waitFor();
      const own = section(page, "Your appointments");
      await own.getByText("Dora: <b>check-up</b>").waitFor();
      await booking.getByLabel("Reason").fill("the same time");
      await booking.getByRole("button", { name: "Book" }).click();
      await booking.getByText("The doctor is booked at that time.").waitFor();

      await doctor.reload();
      await section(doctor, "Your calendar").getByText("<b>check-up</b>").waitFor();

      const details = section(page, "Your details");
      await details.getByLabel("Phone").fill("+45 12 34 56 78");
      await details.getByLabel("Name").fill("Ana Smith");
      await details.getByRole("button", { name: "Save" }).click();
      await details.getByText("Saved.").waitFor();
      await page.reload();
      await expect.poll(() => details.getByLabel("Name").inputValue()).toBe("Ana Smith");
      expect(await details.getByLabel("Phone").inputValue()).toBe("+45 12 34 56 78");

      await own.getByRole("button", { name: "Cancel" }).click();
      await own.getByText("cancelled", { exact: true }).waitFor();

      const { page: phone } = await openPage();
      await signIn(phone, email);
      await page.getByRole("button", { name: "Sign out everywhere" }).click();
      await page.getByRole("link", { name: "Sign in" }).waitFor();
      await phone.reload();
      await phone.getByRole("link", { name: "Sign in" }).waitFor();
      expect(complaints).toEqual([]);
    },
  );

  it("explains the token, and a role that is given arrives without signing in again", async () => {
    const { page } = await openPage();
    const email = await createPerson("Rolf");
    await signIn(page, email);
    const token = section(page, "What your token says");
    await token.getByText("You did so with a password.").waitFor();
    await token.getByText("You have no roles.").waitFor();
    const path = `/auth/admin/users?email=${email}`;
    const { body } = await server.control<{ items: { id: string }[] }>("GET", path);
    const [user] = body.items;
    await server.control("PUT", `/auth/admin/users/${user?.id}/roles/doctor`);
    // The next request is refused once; the client renews and sends it again.
    await expect
      .poll(
        async () => {
          await section(page, "Your details").getByRole("button", { name: "Save" }).click();
          return token.getByText("Your roles: doctor.").count();
        },
        { timeout: 15_000, interval: 500 },
      )
      .toBe(1);
    await section(page, "Your calendar").waitFor();
  });

  it("keeps no token where a script finds it later, and lets nothing inline run", async () => {
    const { page, complaints } = await openPage();
    await signIn(page, await createPerson("Kim"));
    await section(page, "Your details").waitFor();
    expect(
      await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"),
    ).toBe("[{},{}]");
    expect(page.url()).toBe(`${clinic.url}/`);
    expect(await page.evaluate<string>("document.cookie")).not.toMatch(/lkr_/);
    expect(complaints).toEqual([]);
    await page.evaluate(
      `try { document.body.insertAdjacentHTML("beforeend", "<i>x</i>") } catch {}`,
    );
    expect(await page.locator("i").count()).toBe(0);
  });

  it("says what is missing when the server does not know the clinic", async () => {
    const stranger = await startClinic({ issuer: server.url });
    const { page } = await openPage();
    await page.goto(stranger.url);
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("--origin");
  });

  it.each([
    ["light and wide", [WIDE, NARROW]],
    ["dark and narrow", [NARROW, WIDE]],
  ] as const)(
    "has no barrier, and no width to scroll, in either look; begun %s",
    async (_name, looks) => {
      await openCalendar(`Doc${looks[0].colorScheme}`);
      const { page } = await openPage(looks[0]);
      await page.goto(clinic.url);
      await page.getByRole("link", { name: "Sign in" }).waitFor();
      const barriers = [...(await findBarriersInLooks(page, looks))];
      await signIn(page, await createPerson("Axe", ["doctor"]));
      await section(page, "Your details").waitFor();
      barriers.push(...(await findBarriersInLooks(page, looks)));
      expect(barriers).toEqual([]);
    },
  );
});
