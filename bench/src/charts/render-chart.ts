// A bar chart of a result file as SVG text: for each figure a bar of ours, of each peer and of the
// limit, scaled to the longest of that figure. Pure: the same rows give the same text.

import type { Row } from "../result.ts";

const WIDTH = 760;
const LABEL_WIDTH = 250;
const VALUE_WIDTH = 130;
const BAR_HEIGHT = 14;
const BAR_GAP = 4;
const ROW_GAP = 18;
const TOP = 64;

/** Draws the rows that have something to compare with. */
export function renderChart(title: string, subtitle: string, rows: readonly Row[]): string {
  const blocks: string[] = [];
  let y = TOP;
  for (const row of rows.filter(isComparison)) {
    const { svg, height } = renderRow(row, y);
    blocks.push(svg);
    y += height + ROW_GAP;
  }
  const height = y + 4;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">
<title id="title">${escapeText(`${title}: ${subtitle}`)}</title>
<style>
  text { font: 12px system-ui, sans-serif; fill: #1f2430 }
  .title { font-size: 16px; font-weight: 600 }
  .quiet { fill: #5b6473 }
  .background { fill: #ffffff }
  .ours { fill: #3557d6 }
  .peer { fill: #b3bccb }
  .limit { fill: none; stroke: #8a93a3; stroke-dasharray: 3 2 }
  .name { font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6e9ef }
    .quiet { fill: #9aa4b5 }
    .background { fill: #14171d }
    .ours { fill: #7f9bff }
    .peer { fill: #4a5364 }
    .limit { stroke: #7c8698 }
  }
</style>
<rect class="background" width="${WIDTH}" height="${height}" rx="8"/>
<text class="title" x="16" y="28">${escapeText(title)}</text>
<text class="quiet" x="16" y="46">${escapeText(subtitle)}</text>
${blocks.join("\n")}
</svg>
`;
}

/** Whether a figure stands beside others, and more of it is better. */
export function isComparison(row: Row): boolean {
  return (
    /\/(?:CPU )?s$/.test(row.unit) && (row.limit !== null || Object.keys(row.peers).length > 0)
  );
}

interface Bar {
  readonly name: string;
  readonly value: number;
  readonly kind: "ours" | "peer" | "limit";
}

function renderRow(row: Row, y: number): { readonly svg: string; readonly height: number } {
  const bars: Bar[] = [
    { name: "latchkey", value: row.ours, kind: "ours" },
    ...Object.entries(row.peers)
      .sort((a, b) => b[1] - a[1])
      .map(([name, value]): Bar => ({ name, value, kind: "peer" })),
    ...(row.limit === null ? [] : [{ name: "limit", value: row.limit, kind: "limit" } as const]),
  ];
  const longest = Math.max(...bars.map(({ value }) => value));
  const room = WIDTH - LABEL_WIDTH - VALUE_WIDTH - 16;
  const lines = bars.map(({ name, value, kind }, index) => {
    const top = y + 18 + index * (BAR_HEIGHT + BAR_GAP);
    const length = Math.max(1, (value / longest) * room);
    const baseline = top + BAR_HEIGHT - 3;
    return [
      `<text class="${kind === "ours" ? "name" : "quiet"}" x="${LABEL_WIDTH - 8}" y="${baseline}" text-anchor="end">${escapeText(name)}</text>`,
      `<rect class="${kind}" x="${LABEL_WIDTH}" y="${top}" width="${length.toFixed(1)}" height="${BAR_HEIGHT}" rx="2"/>`,
      `<text class="quiet" x="${(LABEL_WIDTH + length + 8).toFixed(1)}" y="${baseline}">${escapeText(formatValue(value, row.unit))}</text>`,
    ].join("\n");
  });
  const heading = `<text class="name" x="16" y="${y + 10}">${escapeText(row.name)}</text>`;
  return {
    svg: [heading, ...lines].join("\n"),
    height: 18 + bars.length * (BAR_HEIGHT + BAR_GAP),
  };
}

function formatValue(value: number, unit: string): string {
  const number = value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
  return `${number} ${unit}`;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
