import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureConsole, hashSources } from "./console.mjs";

let root: string;
let home: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "latchkey-console-"));
  home = join(root, "packages", "console");
  mkdirSync(join(home, "src", "admin"), { recursive: true });
  mkdirSync(join(home, "dist"));
  mkdirSync(join(root, "node_modules", ".bin"), { recursive: true });
  writeFileSync(join(home, "src", "admin", "page.tsx"), "one");
  writeFileSync(join(home, "index.html"), "page");
});
afterEach(() => rmSync(root, { recursive: true }));

describe("the console's stamp", () => {
  it("changes with any source, and with nothing else", () => {
    const before = hashSources(root);
    writeFileSync(join(home, "README.md"), "words");
    expect(hashSources(root)).toBe(before);
    writeFileSync(join(home, "src", "admin", "page.tsx"), "two");
    const changed = hashSources(root);
    expect(changed).not.toBe(before);
    writeFileSync(join(home, "src", "admin", "other.tsx"), "");
    expect(hashSources(root)).not.toBe(changed);
  });

  it("spares a build when it fits", async () => {
    writeFileSync(join(home, "dist", ".stamp"), hashSources(root));
    expect(await ensureConsole({ root, report: () => undefined })).toEqual({ built: false });
  });

  it("asks for a build when it does not, and says that it failed", async () => {
    writeFileSync(join(home, "dist", ".stamp"), "older");
    const lines: string[] = [];
    const report = (line: string): void => void lines.push(line);
    // This workspace has no Node of its own to build with.
    await expect(ensureConsole({ root, report })).rejects.toThrow("ENOENT");
    expect(lines).toEqual(["== Building the console =="]);
  });
});
