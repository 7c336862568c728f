// Pictures of every page of the console, light and dark, on a desktop and on a phone, into
// docs/screenshots. Run by `npm run screenshots`; with a word, only of the pages whose name has it.

import { mkdir } from "node:fs/promises";
import type { Page } from "playwright-core";
import { launchBrowser } from "../harness/browser.ts";
import {
  type ConsoleWorld,
  DEVICES,
  openConsoleWorld,
  PASSWORD,
  signInTo,
} from "../harness/console-world.ts";
import { removeDirectories } from "../harness/directory.ts";
import { logIn } from "../harness/people.ts";

const folder = new URL("../../docs/screenshots/console/", import.meta.url).pathname;
const wanted = process.argv[2] ?? "";

const looks = [
  { name: "desktop-light", width: 1280, height: 860, colorScheme: "light" },
  { name: "desktop-dark", width: 1280, height: 860, colorScheme: "dark" },
  { name: "phone-light", width: 390, height: 844, colorScheme: "light" },
  { name: "phone-dark", width: 390, height: 844, colorScheme: "dark" },
] as const;

interface Stop {
  readonly name: string;
  readonly path: string;
  /** What is done on the page before the picture. */
  readonly act?: (page: Page, world: ConsoleWorld) => Promise<void>;
}

const press = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, exact: typeof name === "string" }).click();

const stops: readonly Stop[] = [
  { name: "account", path: "/account" },
  { name: "security", path: "/account/security" },
  {
    name: "security-authenticator",
    path: "/account/security",
    act: async (page) => {
      await press(page, "Set up");
      await page.getByRole("img", { name: /QR/ }).waitFor();
    },
  },
  { name: "devices", path: "/account/devices" },
  { name: "activity", path: "/account/activity" },
  { name: "data", path: "/account/data" },
  {
    name: "own-inspector",
    path: "/account/inspector",
    act: async (page) => {
      await press(page, "Take the token of this page");
      await page.getByText("What it says").waitFor();
    },
  },
  { name: "dashboard", path: "/admin" },
  { name: "users", path: "/admin/users" },
  {
    name: "user",
    path: "/admin/users",
    act: async (page) => {
      await page.getByRole("link", { name: "Dora Lindqvist" }).click();
      await page.getByRole("heading", { level: 1, name: "Dora Lindqvist" }).waitFor();
    },
  },
  { name: "create-user", path: "/admin/users", act: (page) => press(page, "Create user") },
  { name: "roles", path: "/admin/roles" },
  { name: "role", path: "/admin/roles", act: (page) => press(page, "Change doctor") },
  { name: "clients", path: "/admin/clients" },
  {
    name: "inspector",
    path: "/admin/inspector",
    act: async (page, { server }) => {
      const person = { email: "dora@clinic.example", password: PASSWORD, name: "" };
      const { access_token: token } = await logIn(server, person);
      await page.getByLabel("Token", { exact: true }).fill(token);
      await page.getByText("What it says").waitFor();
    },
  },
  {
    name: "inspector-refused",
    path: "/admin/inspector",
    act: async (page, { server, users }) => {
      const person = { email: "emil@clinic.example", password: PASSWORD, name: "" };
      const { access_token: token } = await logIn(server, person);
      await server.control("DELETE", `/auth/admin/users/${users.get(person.email)}/sessions`);
      await page.getByLabel("Token", { exact: true }).fill(token);
      await page.getByText("What it says").waitFor();
    },
  },
  { name: "revocations", path: "/admin/revocations" },
  { name: "keys", path: "/admin/keys" },
  { name: "audit", path: "/admin/audit" },
  { name: "mail", path: "/admin/mail" },
  { name: "settings", path: "/admin/settings" },
];

const browser = await launchBrowser();
for (const { name: look, width, height, colorScheme } of looks) {
  const world = await openConsoleWorld();
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    locale: "en-GB",
    reducedMotion: "reduce",
    userAgent: width < 600 ? DEVICES.phone : DEVICES.desktop,
  });
  const page = await context.newPage();
  await mkdir(`${folder}${look}`, { recursive: true });
  await signInTo(world, page);
  for (const { name, path, act } of stops.filter((stop) => stop.name.includes(wanted))) {
    await page.goto(`${world.server.url}${path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("networkidle", { timeout: 1000 }).catch(() => undefined);
    await act?.(page, world);
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${folder}${look}/${name}.png`, animations: "disabled" });
  }
  await context.close();
  await world.close();
}
await browser.close();
await removeDirectories();
