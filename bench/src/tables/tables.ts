// What documents say of the results, between markers: in docs/performance.md a table for each suite,
// in the README the charts. Pure but for reading; the same files give the same text.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { drawCharts, TITLES } from "../charts/charts.ts";
import type { Result, Row } from "../result.ts";
import { suites } from "../suites.ts";

const ROOT: string = join(import.meta.dirname, "..", "..", "..");

/** A document with blocks that are made of the results. */
export interface Document {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  /** The text as it has to be. */
  readonly renewed: string;
}

/** Reads the documents and renews their blocks. @throws Error when a block is missing */
export function renewDocuments(): readonly Document[] {
  const tables = Object.keys(suites).map((suite) => ({
    name: `table ${suite}`,
    text: renderTable(suite),
  }));
  return [
    renewDocument("docs/performance.md", tables),
    renewDocument("README.md", [{ name: "charts", text: renderCharts() }]),
  ];
}

interface Block {
  readonly name: string;
  readonly text: string;
}

function renewDocument(path: string, blocks: readonly Block[]): Document {
  const text = readFileSync(join(ROOT, path), "utf8");
  return { path, text, renewed: blocks.reduce((to, block) => replaceBlock(to, block, path), text) };
}

/** Replaces what stands between a block's markers. */
export function replaceBlock(text: string, { name, text: content }: Block, path: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} has no block ${start} ... ${end}`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}

function renderCharts(): string {
  return drawCharts()
    .map(({ file }) => {
      const suite = file.slice(0, -".svg".length);
      return `![${TITLES[suite] ?? suite}](docs/charts/${file})`;
    })
    .join("\n\n");
}

function renderTable(suite: string): string {
  const path = join(ROOT, "bench", "results", `${suite}.json`);
  if (!existsSync(path)) return "No run is recorded yet.";
  // Our own files, written by result.ts.
  const { meta, rows } = JSON.parse(readFileSync(path, "utf8")) as Result;
  const versions = Object.entries(meta.versions).map(([name, version]) => `${name} ${version}`);
  const run = `Node ${meta.node}, ${meta.cpu}, ${meta.date.slice(0, 10)}`;
  return `${run}; ${versions.join(", ")}.\n\n${renderRows(rows)}`;
}

const HEAD = ["what", "ours", "others", "limit", "of best", "of limit", "goal", ""] as const;

/** The rows as a table of Markdown; every peer is named, also those that are faster. */
export function renderRows(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    `${formatValue(row.ours)} ${row.unit}`.trim(),
    others(row),
    row.limit === null ? "-" : formatValue(row.limit),
    row.ratioToBestPeer === null ? "-" : row.ratioToBestPeer.toFixed(2),
    row.ratioToLimit === null ? "-" : row.ratioToLimit.toFixed(2),
    row.goal ?? "-",
    row.met === null ? "-" : row.met ? "met" : "**not met**",
  ]);
  const widths = HEAD.map((name, column) =>
    Math.max(3, name.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(HEAD), line(widths.map((width) => "-".repeat(width))), ...cells.map(line)].join(
    "\n",
  );
}

function others({ peers }: Row): string {
  const named = Object.entries(peers)
    .sort((a, b) => b[1] - a[1])
    .map(([name, value]) => `${name} ${formatValue(value)}`);
  return named.length === 0 ? "-" : named.join(", ");
}

function formatValue(value: number): string {
  return value >= 100
    ? Math.round(value).toLocaleString("en")
    : Number(value.toPrecision(3)).toString();
}
