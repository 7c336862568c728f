// A plot over time. It is drawn on a canvas, so it also says in words what it shows; colours follow
// the page's.

import { useComputedColorScheme } from "@mantine/core";
import { type ReactElement, useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useWords } from "../words/words.tsx";

/** One line or area of a plot. */
export interface Series {
  readonly label: string;
  readonly color: { readonly light: string; readonly dark: string };
  /** One for each time; null where nothing is known. */
  readonly values: readonly (number | null)[];
  /** Bars for counts, a line for levels. */
  readonly shape: "bars" | "line";
}

/** A plot. */
export function TimePlot(props: {
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** What the plot shows, in words. */
  readonly summary: string;
  readonly unit?: string;
  readonly height?: number;
}): ReactElement {
  const { times, series, summary, unit = "", height = 200 } = props;
  const scheme = useComputedColorScheme("light");
  const { locale } = useWords();
  const holder = useRef<HTMLDivElement>(null);
  const data = JSON.stringify([times, series]);

  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const ink = scheme === "dark" ? "#a3abb6" : "#555d69";
    const grid = scheme === "dark" ? "#2c323b" : "#e6e8ec";
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
    const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
    const [first = 0, second = first] = times;
    const halfStep = (second - first) / 2;
    // Bars stand on each other: the sum is drawn first, and what is below it over it.
    const drawn = [...stack(series)].reverse();
    const bars = uPlot.paths.bars?.({ size: [0.7, 24], radius: 0.15 });
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        padding: [8, 18, 0, 0],
        cursor: { points: { size: 6 }, drag: { x: false, y: false } },
        legend: { live: true },
        scales: {
          // Room for the whole of the first and the last bar.
          x: { range: (_, first, last) => [first - halfStep, last + halfStep] },
          y: { range: (_, __, most) => [0, Math.max(most * 1.15, 1)] },
        },
        axes: [
          // uPlot gives a label 50 pixels; "03:10 AM" needs more.
          {
            ...axis,
            space: 80,
            size: 34,
            values: (_, at) => at.map((second) => clock.format(second * 1000)),
          },
          { ...axis, size: 54, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000] },
        ],
        series: [
          { value: (_, at) => (at === null ? "" : clock.format(at * 1000)), label: "" },
          ...drawn.map(({ label, color, shape, values }) => ({
            label,
            stroke: color[scheme],
            width: shape === "bars" ? 0 : 2,
            fill: shape === "bars" ? color[scheme] : `${color[scheme]}22`,
            points: { show: shape === "line", size: 5 },
            spanGaps: shape === "line",
            ...(shape === "bars" && bars !== undefined ? { paths: bars } : {}),
            value: (_: uPlot, __: number | null, ___: number, place: number | null) => {
              const value = place === null ? null : (values[place] ?? null);
              return value === null ? "" : `${value}${unit === "" ? "" : ` ${unit}`}`;
            },
          })),
        ],
      },
      // uPlot's own type for columns of numbers.
      [[...times], ...drawn.map(({ heights }) => [...heights])] as uPlot.AlignedData,
      element,
    );
    const watch = new ResizeObserver(() => {
      plot.setSize({ width: element.clientWidth, height });
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
    // What is drawn changes with the data, not with the objects that hold it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [data, scheme, locale, height, unit]);

  return <div ref={holder} className="lk-plot" role="img" aria-label={summary} />;
}

/** Each series with the heights that it is drawn at: bars on the sum of those before. */
function stack(
  series: readonly Series[],
): readonly (Series & { readonly heights: readonly (number | null)[] })[] {
  let below: readonly number[] = [];
  return series.map((one) => {
    if (one.shape === "line") return { ...one, heights: one.values };
    const base = below;
    const heights = one.values.map((value, place) => (value ?? 0) + (base[place] ?? 0));
    below = heights;
    // Nothing of its own is drawn as nothing, not as a copy of what is below.
    return {
      ...one,
      heights: heights.map((height, place) => ((one.values[place] ?? 0) === 0 ? null : height)),
    };
  });
}
