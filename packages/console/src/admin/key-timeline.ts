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

/** A piece of a key's bar; what is planned has not begun. */
export interface Piece {
  readonly left: number;
  readonly width: number;
  readonly isPlanned: boolean;
}

/** The bar of a key among the others of its purpose: until now, and what is planned. */
export function timelineOf(key: Key, group: readonly Key[], span: TimeSpan): readonly Piece[] {
  const at = (time: string): number => percent(new Date(time).getTime(), span.from, span.to);
  const begin = at(key.active_at);
  if (key.state === "next") return pieces([begin, 100, true]);
  if (key.retired_at !== null) {
    const end = at(key.retired_at);
    return pieces([begin, Math.min(end, span.now), false], [Math.max(begin, span.now), end, true]);
  }
  const next = group.find((other) => other.state === "next" && other.alg === key.alg);
  const end = next === undefined ? 100 : at(next.active_at);
  return pieces([begin, span.now, false], [span.now, end, true]);
}

function pieces(
  ...ends: readonly (readonly [from: number, to: number, isPlanned: boolean])[]
): readonly Piece[] {
  return ends
    .filter(([from, to]) => to > from)
    .map(([from, to, isPlanned]) => ({ left: from, width: to - from, isPlanned }));
}

function percent(at: number, from: number, to: number): number {
  return Math.min(100, Math.max(0, ((at - from) / (to - from)) * 100));
}
