// What keeps people out of a page: everything that axe finds against WCAG, and content that is wider
// than the window. A page is loaded once and looked at in several ways in place, light and dark, wide
// and narrow: loading it anew for each takes most of the time and shows nothing else.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** One way to look at a page. */
export interface Look {
  readonly colorScheme: "light" | "dark";
  readonly viewport: { readonly width: number; readonly height: number };
}

/** WCAG 2.2 AA, as axe names its rules. */
export const WCAG: readonly string[] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Milliseconds for which a page must stay the same. */
const SETTLING = 50;

/** How often that is looked at. */
const MOST_LOOKS = 60;

let source: Promise<string> | undefined;

/**
 * Looks at a page in each way in turn, and leaves it in the last one.
 *
 * @param page - the page as it is
 * @param looks - light and dark must differ in their background: else one of them was not seen
 * @param rules - tags of axe's rules; all rules by default
 * @returns what is wrong, and in which look
 */
export async function findBarriersInLooks(
  page: Page,
  looks: readonly Look[],
  rules?: readonly string[],
): Promise<readonly string[]> {
  const found: string[] = [];
  const backgrounds = new Map<string, string>();
  for (const look of looks) {
    await lookAt(page, look);
    const { isTooWide, background } = await page.evaluate(() => ({
      isTooWide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
      background: [document.documentElement, document.body]
        .map((element) => getComputedStyle(element).backgroundColor)
        .join(),
    }));
    backgrounds.set(look.colorScheme, background);
    const barriers = await findBarriers(page, rules);
    if (isTooWide) found.push(`${nameOf(look)} scrolls sideways`);
    found.push(...barriers.map((barrier) => `${nameOf(look)} ${barrier}`));
  }
  if (new Set(backgrounds.values()).size < backgrounds.size) {
    found.push("light and dark have the same background");
  }
  return found;
}

/** What axe finds on a page as it is. */
export async function findBarriers(
  page: Page,
  rules?: readonly string[],
): Promise<readonly string[]> {
  source ??= readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  if (await page.evaluate<boolean>("globalThis.axe === undefined")) {
    await page.evaluate(await source);
  }
  const options = {
    // The details of what passes would be worked out, and thrown away.
    resultTypes: ["violations"],
    ...(rules === undefined ? {} : { runOnly: rules }),
  };
  const violations = await page.evaluate<AxeResults["violations"]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${id}: ${String(target)}`),
  );
}

const nameOf = ({ colorScheme, viewport }: Look): string => `(${colorScheme}, ${viewport.width})`;

/** Changes how a page is looked at, and waits until nothing moves or changes its colour any more. */
async function lookAt(page: Page, { colorScheme, viewport }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize(viewport);
  await page.evaluate(
    async ([pause, most]) => {
      const read = (): string => {
        for (const animation of document.getAnimations()) {
          // A colour half-way between two schemes is in neither; what never ends goes on.
          const { endTime } = animation.effect?.getComputedTiming() ?? {};
          if (endTime !== Number.POSITIVE_INFINITY) animation.finish();
        }
        return [...document.querySelectorAll("body, body *")]
          .map((element) => {
            const { x, y, width } = element.getBoundingClientRect();
            const { color, backgroundColor, opacity } = getComputedStyle(element);
            return [x, y, width, color, backgroundColor, opacity].join();
          })
          .join("\n");
      };
      const frame = (): Promise<unknown> => new Promise(requestAnimationFrame);
      // What never comes to rest is judged as it is.
      let before = "";
      for (let looks = 0; looks < most; looks++) {
        await frame();
        await new Promise((resolve) => setTimeout(resolve, pause));
        const now = read();
        if (now === before) break;
        before = now;
      }
    },
    [SETTLING, MOST_LOOKS] as const,
  );
}
