// Documents tell the truth: every path and npm script that they name exists.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryFiles } from "./source-files.ts";

const repository = resolve(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

// A path in backticks: starts with a folder of ours and has a slash.
const PATH = /`((?:packages|examples|e2e|bench|scripts|docs|\.ci)\/[A-Za-z0-9_./-]+)`/g;
const LINK = /\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)/g;
const SCRIPT = /\bnpm (start|test|run (?:-s )?[a-z][a-z:-]*)\b/g;

/** What a document promises and the repository does not hold. */
function brokenPromises(folder: string, text: string): readonly string[] {
  const paths = Array.from(text.matchAll(PATH), (match) => match[1] ?? "");
  const links = Array.from(text.matchAll(LINK), (match) => join(folder, match[1] ?? ""));
  const missing = [...paths, ...links].filter((path) => !existsSync(join(repository, path)));
  const scripts = Array.from(text.matchAll(SCRIPT), (match) =>
    (match[1] ?? "").replace(/^run (-s )?/, ""),
  ).filter((name) => manifest.scripts[name] === undefined);
  return [...missing, ...scripts.map((name) => `npm run ${name}`)];
}

describe("documents", () => {
  const documents = repositoryFiles(repository).filter(
    (path) => path.endsWith(".md") && !path.includes("/vectors/"),
  );

  it.each(documents)("%s names only what exists", (path) => {
    const text = readFileSync(join(repository, path), "utf8");
    expect(brokenPromises(dirname(path), text)).toEqual([]);
  });

  it.each(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])(
    "%s is there",
    (path) => {
      expect(documents).toContain(path);
    },
  );

  it("catches planted lies", () => {
    const text = "See `packages/jose/src/no-such.ts`, [x](docs/no.md), and `npm run no-such`.";
    expect(brokenPromises(".", text)).toEqual([
      "packages/jose/src/no-such.ts",
      "docs/no.md",
      "npm run no-such",
    ]);
  });
});
