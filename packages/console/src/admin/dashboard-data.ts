// From the minutes of the server to what is plotted: one place for each step of time, also where
// nothing happened. Pure.

import type { StatisticsMinute } from "../api/wire.ts";

/** Minutes of one place on the plot, by minutes shown. */
export function stepOf(minutes: number): number {
  if (minutes <= 60) return 1;
  return minutes <= 360 ? 5 : 15;
}

/** Counters by step of time. */
export interface Steps {
  /** Seconds since 1970, when each step begins. */
  readonly times: readonly number[];
  readonly signInsOk: readonly number[];
  readonly signInsFailed: readonly number[];
  readonly rotated: readonly number[];
  readonly kept: readonly number[];
  readonly refused: readonly number[];
  readonly sessions: readonly (number | null)[];
  readonly delayMean: readonly (number | null)[];
  readonly delayLongest: readonly (number | null)[];
  readonly refusals: readonly { readonly code: string; readonly values: readonly number[] }[];
}

/** Codes of refusals plotted by themselves; the others are one. */
export const PLOTTED_CODES = 5;

/** The name of the codes that are plotted together. */
export const OTHER_CODES = "other";

/** Sorts minutes into steps. @param now - milliseconds */
export function stepsOf(
  minutes: readonly StatisticsMinute[],
  shown: { readonly now: number; readonly minutes: number },
): Steps {
  const step = stepOf(shown.minutes) * 60_000;
  const last = Math.floor(shown.now / step);
  const count = Math.ceil((shown.minutes * 60_000) / step);
  const first = last - count + 1;
  const groups: StatisticsMinute[][] = Array.from({ length: count }, () => []);
  for (const minute of minutes) {
    groups[Math.floor(new Date(minute.at).getTime() / step) - first]?.push(minute);
  }
  const codes = plottedCodes(minutes);
  return {
    times: groups.map((_, place) => ((first + place) * step) / 1000),
    signInsOk: sums(groups, (minute) => minute.sign_ins.succeeded),
    signInsFailed: sums(groups, (minute) => minute.sign_ins.failed),
    rotated: sums(groups, (minute) => minute.renewals["rotated"] ?? 0),
    kept: sums(groups, (minute) => minute.renewals["kept"] ?? 0),
    refused: sums(groups, (minute) =>
      Object.entries(minute.renewals)
        .filter(([result]) => result !== "rotated" && result !== "kept")
        .reduce((sum, [, times]) => sum + times, 0),
    ),
    sessions: groups.map(
      (group) =>
        group.findLast((minute) => minute.active_sessions !== null)?.active_sessions ?? null,
    ),
    delayMean: groups.map((group) => {
      const deliveries = group.reduce((sum, { propagation }) => sum + propagation.deliveries, 0);
      const total = group.reduce(
        (sum, { propagation }) => sum + propagation.mean * propagation.deliveries,
        0,
      );
      return deliveries === 0 ? null : Math.round((total / deliveries) * 10) / 10;
    }),
    delayLongest: groups.map((group) => {
      const heard = group.filter(({ propagation }) => propagation.deliveries > 0);
      return heard.length === 0
        ? null
        : Math.round(Math.max(...heard.map(({ propagation }) => propagation.longest)) * 10) / 10;
    }),
    refusals: codes.map((code) => ({
      code,
      values: sums(groups, ({ refusals }) =>
        code === OTHER_CODES
          ? Object.entries(refusals)
              .filter(([name]) => !codes.includes(name) || name === OTHER_CODES)
              .reduce((sum, [, times]) => sum + times, 0)
          : (refusals[code] ?? 0),
      ),
    })),
  };
}

function sums(
  groups: readonly (readonly StatisticsMinute[])[],
  of: (minute: StatisticsMinute) => number,
): readonly number[] {
  return groups.map((group) => group.reduce((sum, minute) => sum + of(minute), 0));
}

function plottedCodes(minutes: readonly StatisticsMinute[]): readonly string[] {
  const totals = new Map<string, number>();
  for (const { refusals } of minutes) {
    for (const [code, times] of Object.entries(refusals)) {
      totals.set(code, (totals.get(code) ?? 0) + times);
    }
  }
  const codes = [...totals]
    .filter(([code]) => code !== OTHER_CODES)
    .sort(([, a], [, b]) => b - a)
    .map(([code]) => code);
  if (codes.length <= PLOTTED_CODES && !totals.has(OTHER_CODES)) return codes;
  return [...codes.slice(0, PLOTTED_CODES), OTHER_CODES];
}

/** The sum of a row. */
export function total(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** The last value that is known. */
export function latest(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}
