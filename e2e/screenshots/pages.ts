// Pictures of every hosted page, light and dark, on a desktop and on a phone, into docs/screenshots.
// Run by `npm run screenshots`.

import { mkdir } from "node:fs/promises";
import type { Page } from "playwright-core";
import { launchBrowser } from "../harness/browser.ts";
import { removeDirectories } from "../harness/directory.ts";
import { startPageServer } from "../harness/page-server.ts";
import { TOUR_CONFIG, walkPages } from "../harness/page-tour.ts";

const folder = new URL("../../docs/screenshots/pages/", import.meta.url).pathname;

const looks = [
  { name: "desktop-light", width: 1024, height: 768, colorScheme: "light" },
  { name: "desktop-dark", width: 1024, height: 768, colorScheme: "dark" },
  { name: "phone-light", width: 390, height: 844, colorScheme: "light" },
  { name: "phone-dark", width: 390, height: 844, colorScheme: "dark" },
] as const;

/** Tries of one picture: a machine with a lot to do misses one now and then. */
const TRIES = 3;

async function takePicture(page: Page, path: string): Promise<void> {
  for (let i = 1; ; i++) {
    try {
      await page.screenshot({ path, animations: "disabled", fullPage: true });
      return;
    } catch (error) {
      if (i === TRIES) throw error;
    }
  }
}

const browser = await launchBrowser();
for (const { name: look, width, height, colorScheme } of looks) {
  const server = await startPageServer(TOUR_CONFIG);
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    locale: "en-GB",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await mkdir(`${folder}${look}`, { recursive: true });
  await walkPages(server, page, async (name) => {
    await takePicture(page, `${folder}${look}/${name}.png`);
  });
  await context.close();
  await server.close();
}
await browser.close();
await removeDirectories();
