// A walk through every hosted page, in the states that people see them in, as one visitor whose
// browser may be anything: with or without scripts, light or dark, wide or narrow. Tests look at each
// stop; the screenshots are taken at each.

import type { Page } from "playwright-core";
import { linkOf, type PageServer } from "./page-server.ts";
import { totpCode } from "./totp.ts";

/** A password that the policy accepts. */
export const PASSWORD = "seven quiet herons at dawn";

/** Called at each page. */
export type AtStop = (name: string) => Promise<void>;

/** How a server must be configured for the walk. */
export const TOUR_CONFIG = { requireVerifiedEmail: true, emailSignIn: true } as const;

let people = 0;

/** A part of the walk, which needs no other one. */
type TourPart = (server: PageServer, page: Page, at: AtStop) => Promise<void>;

/** The walk in two halves. The server of the first one must be fresh: it spends its set-up link. */
export const TOUR: readonly [readonly TourPart[], readonly TourPart[]] = [
  [walkSetup, walkSigningUp, walkSigningIn],
  [walkMails, walkFactors, walkErrors],
];

/** Walks, all of it unless told otherwise. */
export async function walkPages(
  server: PageServer,
  page: Page,
  at: AtStop,
  parts: readonly TourPart[] = TOUR.flat(),
): Promise<void> {
  for (const part of parts) await part(server, page, at);
}

const send = (page: Page, name: RegExp | string) =>
  page.getByRole("button", { name, exact: typeof name === "string" }).click();

/** Creates a user with a proved address, as the operator. */
export async function createPerson(server: PageServer, roles: string[] = []): Promise<string> {
  people += 1;
  const email = `person${people}@example.com`;
  const { status } = await server.control("POST", "/auth/admin/users", {
    email,
    password: PASSWORD,
    roles,
  });
  if (status !== 201) throw new Error(`creating ${email} answered ${status}`);
  return email;
}

/** Fills in the sign-in page and sends it. */
export async function signIn(
  server: PageServer,
  page: Page,
  email: string,
  password: string = PASSWORD,
): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel("E-mail or user name").fill(email);
  await page.getByLabel("Password").fill(password);
  await send(page, "Sign in");
}

async function walkSetup(server: PageServer, page: Page, at: AtStop): Promise<void> {
  if (server.setupLink === null) throw new Error("the server has an administrator already");
  await page.goto(server.setupLink);
  await at("setup");
  await page.getByLabel("E-mail").fill("root@example.com");
  await page.getByLabel("Password").fill("root@example.com");
  await send(page, "Create administrator");
  await at("setup-problem");
  await page.getByLabel("Password").fill(PASSWORD);
  await send(page, "Create administrator");
  await at("setup-done");
  await page.goto(server.setupLink);
  await at("setup-link-problem");
}

async function walkSigningUp(server: PageServer, page: Page, at: AtStop): Promise<void> {
  await page.goto(`${server.url}/sign-up`);
  await at("sign-up");
  people += 1;
  const email = `new${people}@example.com`;
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Name").fill("Ann");
  await page.getByLabel("Password").fill("short");
  // The browser would refuse what the server is to judge.
  await send(page, "Create account");
  await at("sign-up-problem");
  await page.getByLabel("Password").fill(PASSWORD);
  await send(page, "Create account");
  await at("check-mail");
  await page.getByLabel("Six-digit code").fill("000 000");
  await send(page, "Confirm");
  await at("check-mail-problem");
  await page.goto(linkOf(await server.mail("sign_up", email)));
  await at("verify");
  await page.getByLabel("Password").fill(PASSWORD);
  await send(page, "Confirm");
  await at("sign-in-notice");

  people += 1;
  const known = `known${people}@example.com`;
  const account = { email: known, password: PASSWORD, email_verified: false };
  await server.control("POST", "/auth/admin/users", account);
  await fetch(`${server.url}/auth/email/resend`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: known }),
  });
  await page.goto(linkOf(await server.mail("confirm_email", known)));
  await at("verify-known");
}

async function walkSigningIn(server: PageServer, page: Page, at: AtStop): Promise<void> {
  const email = await createPerson(server);
  await page.goto(`${server.url}/sign-in`);
  await at("sign-in");
  await signIn(server, page, email, "not the password at all");
  await at("sign-in-problem");
  await signIn(server, page, email);
  await at("signed-in");
  await page.goto(`${server.url}/sign-out`);
  await at("sign-out");
  await send(page, "Sign out");
  await at("signed-out");
}

async function walkMails(server: PageServer, page: Page, at: AtStop): Promise<void> {
  const email = await createPerson(server);
  await page.goto(`${server.url}/forgot`);
  await at("forgot");
  await page.getByLabel("E-mail").fill(email);
  await send(page, "Send the mail");
  await at("forgot-sent");
  await page.goto(linkOf(await server.mail("reset_password", email)));
  await at("reset");
  await page.getByLabel("New password").fill(`${PASSWORD} again`);
  await send(page, "Save password");
  await page.goto(`${server.url}/reset?token=${"A".repeat(43)}`);
  await at("link-problem");

  await page.goto(`${server.url}/sign-in/email`);
  await at("sign-in-email");
  await page.getByLabel("E-mail").fill(email);
  await send(page, "Send the mail");
  await at("sign-in-email-sent");
  await page.goto(linkOf(await server.mail("sign_in", email)));
  await at("sign-in-link");

  const token = await tokenOf(server, email, `${PASSWORD} again`);
  const call = (method: string, path: string, json: unknown) =>
    fetch(`${server.url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(json),
    });
  const moved = `moved-${email}`;
  await call("POST", "/auth/me/email", { email: moved });
  await page.goto(linkOf(await server.mail("confirm_new_email", moved)));
  await at("confirm-email");
  await call("DELETE", "/auth/me", {});
  await page.goto(linkOf(await server.mail("account_deletion", email)));
  await at("cancel-deletion");
}

async function walkFactors(server: PageServer, page: Page, at: AtStop): Promise<void> {
  await server.control("POST", "/auth/admin/roles", {
    name: "treasurer",
    permissions: [],
    requires_mfa: true,
  });
  const email = await createPerson(server, ["treasurer"]);
  await signIn(server, page, email);
  await at("enrolment");
  const secret = (await page.locator("code").first().textContent()) ?? "";
  await page.getByLabel("Code from the app").fill(totpCode(secret, Date.now()));
  await send(page, "Continue");
  await at("recovery-codes");
  const [recoveryCode = ""] = await page.locator(".codes code").allTextContents();
  await signIn(server, page, email);
  await at("second-factor");
  await page.getByText("Use a recovery code").click();
  await page.getByLabel("Recovery code").fill("wrong-wrong");
  await page.getByRole("button", { name: "Continue" }).last().click();
  await at("second-factor-problem");
  await page.getByLabel("Recovery code").fill(recoveryCode);
  await page.getByRole("button", { name: "Continue" }).last().click();
  await page.getByRole("heading", { name: "You are signed in" }).waitFor();
}

async function walkErrors(server: PageServer, page: Page, at: AtStop): Promise<void> {
  await page.goto(`${server.url}/nowhere`);
  await at("not-found");
  await page.goto(`${server.url}/sign-in`);
  await page.context().clearCookies();
  await page.getByLabel("E-mail or user name").fill("ann@example.com");
  await page.getByLabel("Password").fill(PASSWORD);
  await send(page, "Sign in");
  await at("form-expired");
  await page.goto(`${server.url}/auth/setup?code=${"x".repeat(100)}`);
  await at("error");
}

async function tokenOf(server: PageServer, email: string, password: string): Promise<string> {
  const response = await fetch(`${server.url}/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return token;
}
