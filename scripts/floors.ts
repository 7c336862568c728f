// Checks that imports point down: between packages, between the folders of a package, and that
// what only one place may touch is touched nowhere else. floors.json is the data; a planted
// violation of each kind is in floors.test.ts. Tests themselves are free to import what they test.

import { readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { sourceFiles } from "./source-files.ts";

/** The data of floors.json. Paths are relative to the repository. */
export interface Floors {
  /** Package folder -> the packages of ours that it may import. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** Source folder -> its floors from the bottom up; a floor lists folders and files. */
  readonly folders: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Patterns that may occur only `within` some paths, or must stay `outside` of them. */
  readonly only: readonly {
    readonly what: string;
    readonly pattern: string;
    readonly within?: readonly string[];
    readonly outside?: readonly string[];
  }[];
}

/** One source file: its path relative to the repository, and its text. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g;
const OURS = /^(@latchkey\/[a-z-]+|latchkey)(\/.*)?$/;

/** Every violation, as one readable line each; empty when all is well. */
export function checkFloors(floors: Floors, files: readonly SourceText[]): readonly string[] {
  return files.flatMap((file) => [
    ...checkPackages(floors, file),
    ...checkFolders(floors, file),
    ...checkOnly(floors, file),
  ]);
}

function checkPackages(floors: Floors, file: SourceText): readonly string[] {
  const home = Object.keys(floors.packages).find((folder) => file.path.startsWith(`${folder}/`));
  if (home === undefined) return [];
  const allowed = floors.packages[home] ?? [];
  return importsOf(file.text)
    .map((name) => OURS.exec(name)?.[1])
    .filter((name) => name !== undefined && !allowed.includes(name))
    .map((name) => `${file.path}: imports ${name}, which is not below ${home}`);
}

function checkFolders(floors: Floors, file: SourceText): readonly string[] {
  const root = Object.keys(floors.folders).find((folder) => file.path.startsWith(`${folder}/`));
  if (root === undefined) return [];
  const order = floors.folders[root] ?? [];
  const place = (path: string): { name: string; floor: number } => {
    const name = relative(root, path).split("/")[0] ?? "";
    return { name, floor: order.findIndex((floor) => floor.includes(name)) };
  };
  const own = place(file.path);
  if (own.floor === -1) return [`${file.path}: ${own.name} has no floor in scripts/floors.json`];
  return importsOf(file.text)
    .filter((name) => name.startsWith("."))
    .map((name) => place(normalize(join(dirname(file.path), name))))
    .filter((target) => target.name !== own.name)
    .filter((target) => target.floor === -1 || target.floor >= own.floor)
    .map((target) => `${file.path}: imports ${target.name}, which is not below ${own.name}`);
}

function checkOnly(floors: Floors, file: SourceText): readonly string[] {
  const isIn = (paths: readonly string[]): boolean =>
    paths.some((path) => file.path === path || file.path.startsWith(`${path}/`));
  return floors.only
    .filter((rule) => (rule.outside === undefined ? !isIn(rule.within ?? []) : isIn(rule.outside)))
    .filter((rule) => new RegExp(rule.pattern).test(file.text))
    .map((rule) => `${file.path}: ${rule.what} has no place here`);
}

function importsOf(text: string): readonly string[] {
  return Array.from(text.matchAll(IMPORT), (match) => match[1] ?? "");
}

/** Reads floors.json and every source file below the packages and examples. */
export function readFloors(repository: string): { floors: Floors; files: readonly SourceText[] } {
  const floors = JSON.parse(
    readFileSync(join(repository, "scripts/floors.json"), "utf8"),
  ) as Floors;
  const files = sourceFiles(repository)
    .filter((path) => /^(packages|examples)\/[^/]+\/src\//.test(path) && !path.endsWith(".test.ts"))
    .filter((path) => !path.includes("/conformance/"))
    .map((path) => ({ path, text: readFileSync(join(repository, path), "utf8") }));
  return { floors, files };
}
