// Plain tables: columns padded with spaces, a heading, no lines or colours, so that the output
// reads well and still cuts well with awk.

import { printable } from "./terminal-text.ts";

/** Formats rows under headings; the last column is not padded. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const all = [headings, ...rows.map((row) => row.map(cellOf))];
  const widths = headings.map((_, column) =>
    Math.max(...all.map((row) => (row[column] ?? "").length)),
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Formats one thing as `name  value` lines. */
export function formatFields(fields: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(0, ...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${name.padEnd(width)}  ${cellOf(value)}`).join("\n");
}

function cellOf(text: string): string {
  return text === "" ? "-" : printable(text);
}
