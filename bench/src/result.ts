// What a measurement comes to, and the file it is written to. The shape is the same for every
// suite, so that charts and later readers need to know one.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";

/** One figure: ours, what others reach, and what the machine could do at most. */
export interface Row {
  readonly name: string;
  /** What the numbers count, e.g. `op/s`. */
  readonly unit: string;
  readonly ours: number;
  readonly peers: Readonly<Record<string, number>>;
  readonly limit: number | null;
  /** Median of the ratios within each round, so drift between rounds does not enter. */
  readonly ratioToBestPeer: number | null;
  readonly ratioToLimit: number | null;
  /** The goal in words, e.g. `>= 0.92 of limit`; null when the row is only reported. */
  readonly goal: string | null;
  readonly met: boolean | null;
}

/** One result file. */
export interface Result {
  readonly meta: {
    readonly node: string;
    readonly cpu: string;
    readonly date: string;
    readonly versions: Readonly<Record<string, string>>;
  };
  readonly rows: readonly Row[];
}

/** Puts rows and the facts of this run together. */
export function createResult(rows: readonly Row[], packages: readonly string[]): Result {
  return {
    meta: {
      node: process.version,
      cpu: `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`,
      date: new Date().toISOString(),
      versions: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
    },
    rows,
  };
}

/** Writes `bench/results/<suite>.json` and returns its path. */
export function saveResult(suite: string, result: Result): string {
  const folder = join(import.meta.dirname, "..", "results");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${suite}.json`);
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  return path;
}

/** The rows as a table for the terminal. */
export function formatTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => {
    const best = Object.entries(row.peers).sort((a, b) => b[1] - a[1])[0];
    return [
      row.name,
      formatNumber(row.ours, row.unit),
      best === undefined ? "-" : `${best[0]} ${formatNumber(best[1], row.unit)}`,
      row.limit === null ? "-" : formatNumber(row.limit, row.unit),
      row.ratioToBestPeer === null ? "-" : row.ratioToBestPeer.toFixed(2),
      row.ratioToLimit === null ? "-" : row.ratioToLimit.toFixed(2),
      row.goal ?? "-",
      row.met === null ? "-" : row.met ? "met" : "NOT MET",
    ];
  });
  const head = ["what", "ours", "best peer", "limit", "/peer", "/limit", "goal", ""];
  const widths = head.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  return [head, ...cells]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function formatNumber(value: number, unit: string): string {
  return `${value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3)} ${unit}`;
}

function versionOf(name: string): string {
  // Not every package exports its package.json, so walk up from its entry.
  let folder = join(createRequire(import.meta.url).resolve(name), "..");
  for (;;) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
        name?: string;
        version?: string;
      };
      if (manifest.name === name) return manifest.version ?? "unknown";
    } catch {
      // No manifest here: look one folder higher.
    }
    if (folder === join(folder, "..")) return "unknown";
    folder = join(folder, "..");
  }
}
