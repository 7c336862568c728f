// Lists the files of the repository that checks read: what git tracks, plus what is new and not
// ignored. Outside a git checkout (an unpacked archive) every file but the ignored folders.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Paths of the repository's files, relative to it, sorted. */
export function repositoryFiles(repository: string): readonly string[] {
  const files = existsSync(join(repository, ".git"))
    ? execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
        cwd: repository,
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
      }).split("\n")
    : readdirSync(repository, { recursive: true, encoding: "utf8" }).filter(
        (path) => !/(^|\/)(node_modules|dist|\.latchkey|\.git)(\/|$)/.test(path),
      );
  return files.filter((path) => path !== "" && existsSync(join(repository, path))).sort();
}

/** Paths of the TypeScript and JavaScript files among them. */
export function sourceFiles(repository: string): readonly string[] {
  return repositoryFiles(repository).filter((path) => /\.(ts|mts|mjs|js)$/.test(path));
}
