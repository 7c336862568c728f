// A computed capacity in words, for the command and for docs/scaling.md alike.

import type { Capacity } from "./compute-capacity.ts";

/** Names and values, in the order of docs/scaling.md. */
export function capacityFields({
  refreshes,
  signIns,
  node,
  database,
  ledger,
}: Capacity): readonly (readonly [name: string, value: string])[] {
  return [
    ["renewals", `${rate(refreshes)}/s`],
    ["sign-ins", `${rate(signIns)}/s`],
    ["nodes", `${count(node.count)} of ${node.cores} cores`],
    [
      "connections",
      `${count(node.connections)}${node.connections > 500 ? ", behind a pooler" : ""}`,
    ],
    ["database servers", `${count(database.partitions)}, each with its standbys`],
    ["database cores", `${count(database.cores)} in all`],
    ["round trips", `${rate(database.roundTrips)}/s`],
    ["log", `${bytes(database.walRate)}/s`],
    ["forced log writes", `${rate(database.syncs)}/s at most`],
    ["page writes", `${rate(database.pageWrites)}/s`],
    ["disk", bytes(database.diskBytes)],
    ["memory for the database", bytes(database.hotBytes)],
    ["revocations", `${rate(ledger.entries)}/s, ${count(ledger.liveEntries)} at a time`],
    ["feed to each guard", `${bytes(ledger.feedRate)}/s`],
    ["one ledger is enough", ledger.isEnough ? "yes" : "no: see docs/scaling.md"],
  ];
}

function rate(value: number): string {
  return value < 10 ? value.toFixed(1) : count(value);
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function bytes(value: number): string {
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  let scaled = value;
  let unit = 0;
  while (scaled >= 1000 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${scaled < 10 ? scaled.toFixed(1) : scaled.toFixed(0)} ${units[unit]}`;
}
