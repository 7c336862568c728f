// docs/attacks.md and docs/spec-map.md name a test for each attack and for each MUST: the files are there
// and have tests of these names.

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const repository = resolve(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(repository, path), "utf8");

/** A line of a table: its first cell, and the tests that its last cell names. */
interface Row {
  readonly section: string;
  readonly id: string;
  readonly isExcused: boolean;
  readonly tests: readonly { readonly path: string; readonly title: string }[];
}

const REFERENCE = /`([^`]+\.test\.ts)`: "([^"]+)"/g;

function readRows(page: string): readonly Row[] {
  const rows: Row[] = [];
  let section = "";
  for (const line of page.split("\n")) {
    if (line.startsWith("## ")) section = line.slice(3);
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const [, id = ""] = cells;
    if (cells.length !== 5 || id === "" || /^-+$/.test(id) || cells[3] === "test") continue;
    const last = cells[3] ?? "";
    const tests = Array.from(last.matchAll(REFERENCE), ([, path = "", title = ""]) => ({
      path,
      title,
    }));
    rows.push({ section, id, tests, isExcused: /^Not applicable: .{20}/.test(last) });
  }
  return rows;
}

/** What a page promises and the tests do not hold. */
function findLies(rows: readonly Row[]): readonly string[] {
  const texts = new Map<string, string>();
  return rows.flatMap(({ id, tests, isExcused }) => {
    if (tests.length === 0 && !isExcused) return [`${id}: no test and no reason`];
    return tests.flatMap(({ path, title }) => {
      if (!existsSync(join(repository, path))) return [`${id}: no file ${path}`];
      const text = texts.get(path) ?? read(path);
      texts.set(path, text);
      return hasTitle(text, title) ? [] : [`${id}: no test "${title}" in ${path}`];
    });
  });
}

/** Whether a call of `test`, `describe` or their `each` has the title, on its line or the next. */
function hasTitle(text: string, title: string): boolean {
  const escaped = title.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(`[(]\\s*"${escaped}"`).test(text);
}

describe("docs/attacks.md", () => {
  const rows = readRows(read("docs/attacks.md"));
  const sizes = { A: 7, B: 9, C: 12, D: 14, E: 8, F: 12, G: 6, H: 8, I: 12, J: 9 };

  test("has every attack of sections A to J once", () => {
    const ids = Object.entries(sizes).flatMap(([letter, size]) =>
      Array.from({ length: size }, (_, i) => `${letter}${i + 1}`),
    );
    expect(rows.map(({ id }) => id).filter((id) => /^[A-J]/.test(id))).toEqual(ids);
  });

  test("has the attacks on accounts and the web once, in order", () => {
    const others = rows.map(({ id }) => id).filter((id) => !/^[A-J]/.test(id));
    const order = (id: string): number => id.charCodeAt(0) * 100 + Number(id.slice(1));
    expect(others.length).toBeGreaterThan(0);
    expect(others).toEqual([...new Set(others)].sort((a, b) => order(a) - order(b)));
    for (const id of others) expect(id).toMatch(/^[KNOP][1-9]\d?$/);
  });

  test("names tests that exist", () => {
    expect(findLies(rows)).toEqual([]);
  });

  test("excuses few", () => {
    expect(rows.filter(({ isExcused }) => isExcused).map(({ id }) => id)).toEqual(["J4"]);
  });
});

describe("docs/spec-map.md", () => {
  const rows = readRows(read("docs/spec-map.md"));

  test("has rows for every specification", () => {
    for (const rfc of [7515, 7516, 7517, 7518, 7519, 7797, 8037, 8725]) {
      const own = rows.filter(({ section }) => section.startsWith(`RFC ${rfc} `));
      expect([rfc, own.length > 5]).toEqual([rfc, true]);
    }
  });

  test("names tests that exist", () => {
    expect(findLies(rows)).toEqual([]);
  });
});

describe("a lie is found", () => {
  const page = read("docs/attacks.md");
  test.each([
    ["a file that is not there", "a-algorithms.test.ts", "a-algorithm.test.ts"],
    ["a test that is not there", '"A1 unsecured tokens"', '"A1 unsecured token"'],
    ["a reason that is none", "Not applicable: the package reads", "reads"],
  ])("%s", (_name, truth, lie) => {
    expect(page).toContain(truth);
    expect(findLies(readRows(page.replaceAll(truth, lie))).length).toBeGreaterThan(0);
  });
});
