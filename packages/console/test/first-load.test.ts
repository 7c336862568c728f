// What a browser loads before the console shows anything stays small: page, entry and everything
// that it imports at once, gzipped as it is sent.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { ensureConsole } from "../../../scripts/console.mjs";

/** Bytes, gzipped, of the first load. */
const BUDGET = 200 * 1024;

const dist = join(import.meta.dirname, "..", "dist");

interface Chunk {
  readonly file: string;
  readonly src?: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
}

let manifest: Readonly<Record<string, Chunk>>;
beforeAll(async () => {
  await ensureConsole();
  manifest = JSON.parse(readFileSync(join(dist, ".vite", "manifest.json"), "utf8"));
}, 120_000);

function entry(): Chunk {
  const [found] = Object.values(manifest).filter(({ isEntry }) => isEntry === true);
  if (found === undefined) throw new Error("the manifest has no entry");
  return found;
}

/** Files that come with a chunk: its own, its styles, and those of what it imports. */
function filesOf(chunk: Chunk): ReadonlySet<string> {
  const imported = (chunk.imports ?? []).flatMap((name) => {
    const next = manifest[name];
    return next === undefined ? [] : [...filesOf(next)];
  });
  return new Set([chunk.file, ...(chunk.css ?? []), ...imported]);
}

const gzipped = (file: string): number =>
  gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;

describe("the first load", () => {
  it("is within its budget", () => {
    const files = [...filesOf(entry()), "index.html"];
    const bytes = files.reduce((sum, file) => sum + gzipped(file), 0);
    expect(bytes).toBeGreaterThan(50 * 1024);
    expect(bytes).toBeLessThan(BUDGET);
  });

  it("leaves administration, plots and inspector for later", () => {
    const early = filesOf(entry());
    for (const source of [
      "src/admin/dashboard-page.tsx",
      "src/admin/users-page.tsx",
      "src/inspector/inspector-page.tsx",
      "src/account/security-page.tsx",
      "src/words/dictionary.ts",
    ]) {
      const chunk = manifest[source];
      expect([source, chunk === undefined]).toEqual([source, false]);
      expect(early.has(chunk?.file ?? "")).toBe(false);
    }
  });

  it("is named in the page with marks that the server fills, and has no inline script", () => {
    const page = readFileSync(join(dist, "index.html"), "utf8");
    expect(page).toContain(`src="%BASE%/${entry().file}"`);
    expect(page).toContain('nonce="%STYLE_NONCE%"');
    expect(page.match(/<script(?![^>]*\ssrc=)/g)).toBeNull();
    expect(page).not.toMatch(/<style|\son\w+=|style=/);
  });
});
