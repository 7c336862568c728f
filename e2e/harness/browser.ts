// A real Chromium, driven through playwright-core: the machine's own, since playwright-core brings
// none. A fresh profile for each launch; nothing but the pages under test is fetched. Best is the shell
// without windows: the same engine for a third of the processor time.

import { existsSync } from "node:fs";
import {
  type Browser,
  type BrowserContext,
  type CDPSession,
  chromium,
  type Page,
} from "playwright-core";

/** Where Chromium is looked for when `CHROMIUM` does not say. */
const PLACES: readonly string[] = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
];

const FLAGS: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Finds Chromium.
 *
 * @throws Error that says how to install it
 */
export function findChromium(): string {
  const named = process.env["CHROMIUM"];
  const places = named === undefined || named === "" ? PLACES : [named];
  const found = places.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    `no Chromium at ${places.join(" or ")}: install it ` +
      `(Debian: apt-get install -y chromium-headless-shell, or chromium), ` +
      `or set CHROMIUM to its path`,
  );
}

/**
 * Starts Chromium; the caller closes it.
 *
 * @example
 * ```ts
 * const browser = await launchBrowser();
 * const page = await browser.newPage();
 * await page.goto(server.url);
 * await browser.close();
 * ```
 */
export function launchBrowser(): Promise<Browser> {
  // A temporary profile is made and removed by the launch.
  return chromium.launch({ executablePath: findChromium(), headless: true, args: [...FLAGS] });
}

/** A page in a context of its own: no cookie or storage of another one. */
export async function openPage(
  browser: Browser,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
  const context = await browser.newContext(options);
  return { page: await context.newPage(), context };
}

/** An authenticator that Chromium plays: WebAuthn works in this page as with a real one. */
export interface VirtualAuthenticator {
  readonly client: CDPSession;
  readonly id: string;
  /** What it holds. */
  credentials(): Promise<readonly VirtualCredential[]>;
  /** Puts a credential into it, e.g. one that was copied from another authenticator. */
  addCredential(credential: VirtualCredential): Promise<void>;
  /** Forgets a credential. */
  removeCredential(credentialId: string): Promise<void>;
  /** Whether the person at it proves who they are. */
  setUserVerified(isUserVerified: boolean): Promise<void>;
}

/** A credential as the DevTools protocol knows it; binary members are base64. */
export interface VirtualCredential {
  readonly credentialId: string;
  readonly isResidentCredential: boolean;
  readonly rpId?: string;
  readonly privateKey: string;
  readonly userHandle?: string;
  readonly signCount: number;
}

/** Gives a page an authenticator inside the device that keeps passkeys and verifies its user. */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const client = await page.context().newCDPSession(page);
  await client.send("WebAuthn.enable");
  const { authenticatorId: id } = await client.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    client,
    id,
    credentials: async () =>
      (await client.send("WebAuthn.getCredentials", { authenticatorId: id })).credentials,
    addCredential: async (credential) => {
      await client.send("WebAuthn.addCredential", { authenticatorId: id, credential });
    },
    removeCredential: async (credentialId) => {
      await client.send("WebAuthn.removeCredential", { authenticatorId: id, credentialId });
    },
    setUserVerified: async (isUserVerified) => {
      await client.send("WebAuthn.setUserVerified", { authenticatorId: id, isUserVerified });
    },
  };
}
