// Pictures of the clinic's page, light and dark, on a desktop and on a phone, into docs/screenshots.
// Run by `npm run screenshots`.

import { mkdir } from "node:fs/promises";
import { launchBrowser } from "../harness/browser.ts";
import { stopAll } from "../harness/child.ts";
import { startClinic } from "../harness/clinic.ts";
import { removeDirectories } from "../harness/directory.ts";
import { freePort } from "../harness/free-port.ts";
import { startPageServer } from "../harness/page-server.ts";
import { PASSWORD } from "../harness/page-tour.ts";

const folder = new URL("../../docs/screenshots/clinic/", import.meta.url).pathname;

const looks = [
  { name: "desktop-light", width: 1100, height: 800, colorScheme: "light" },
  { name: "desktop-dark", width: 1100, height: 800, colorScheme: "dark" },
  { name: "phone-light", width: 390, height: 844, colorScheme: "light" },
  { name: "phone-dark", width: 390, height: 844, colorScheme: "dark" },
] as const;

const browser = await launchBrowser();
const port = await freePort();
const server = await startPageServer({ origins: [`http://localhost:${port}`] });
const clinic = await startClinic({ issuer: server.url, port: String(port) });
const permissions = ["appointments:read-own-calendar"];
await server.control("POST", "/auth/admin/roles", { name: "doctor", permissions });
const email = "dora@example.com";
const person = { email, password: PASSWORD, name: "Dora Holm", roles: ["doctor"] };
await server.control("POST", "/auth/admin/users", person);

for (const { name: look, width, height, colorScheme } of looks) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    locale: "en-GB",
  });
  const page = await context.newPage();
  await mkdir(`${folder}${look}`, { recursive: true });
  const shoot = (name: string) =>
    page.screenshot({ path: `${folder}${look}/${name}.png`, fullPage: true });
  await page.goto(clinic.url);
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  await shoot("signed-out");
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail or user name").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  const entry = page.getByRole("region", { name: "Your entry among the doctors" });
  await entry.getByLabel("Speciality").fill("cardiology");
  await entry.getByRole("button", { name: "Save" }).click();
  const booking = page.getByRole("region", { name: "Book an appointment" });
  await booking.getByText("Dora Holm, cardiology").waitFor({ state: "attached" });
  // One slot for each look: nobody is booked twice.
  const slot = new Date(Date.UTC(2027, 0, 12, 9 + looks.findIndex(({ name }) => name === look)));
  await booking.getByLabel("Time").fill(slot.toISOString().slice(0, 16));
  await booking.getByLabel("Reason").fill("check-up");
  await booking.getByRole("button", { name: "Book" }).click();
  await page.getByRole("region", { name: "Your details" }).waitFor();
  await booking.getByText("Booked.").waitFor();
  await shoot("signed-in");
  await context.close();
}

await browser.close();
await stopAll();
await server.close();
await removeDirectories();
