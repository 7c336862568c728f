// Where a key stands on the line of time, in per cent of its width. Pure.

import type { Key } from "../api/wire.ts";

/** What the line covers; `now` is in per cent, the others in milliseconds. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

/** Milliseconds that the line covers at least. */
const SHORTEST = 24 * 60 * 60 * 1000;

/** The span of some keys, with room for what comes next. @param now - milliseconds */
export function spanOf(keys: readonly Key[], now: number): TimeSpan {
  const times = keys.flatMap((key) =>
    [key.created_at, key.active_at, key.retired_at].flatMap((at) =>
      at === null ? [] : [new Date(at).getTime()],
    ),
  );
  const from = Math.min(now - SHORTEST, ...times);
  const last = Math.max(now, ...times);
  const to = last + (last - from) * 0.12;
  return { from, to, now: percent(now, from, to) };
}

/** The bar of a key. */
export function timelineOf(
  key: Key,
  span: TimeSpan,
): { readonly left: number; readonly width: number } {
  const begin = new Date(key.state === "next" ? key.created_at : key.active_at).getTime();
  const left = percent(begin, span.from, span.to);
  const end =
    key.retired_at === null
      ? key.state === "next"
        ? 100
        : span.now
      : percent(new Date(key.retired_at).getTime(), span.from, span.to);
  return { left, width: Math.max(0, end - left) };
}

function percent(at: number, from: number, to: number): number {
  return Math.min(100, Math.max(0, ((at - from) / (to - from)) * 100));
}
