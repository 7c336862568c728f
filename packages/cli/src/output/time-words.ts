// Times as people say them: `2026-01-31 10:00:00 UTC (in 12 minutes)`. Pure.

const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Says a time in words; both in milliseconds since 1970. */
export function formatTime(time: number, now: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return "not a time";
  const stamp = date
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
  return `${stamp} (${formatDistance(time - now)})`;
}

/** Says how far a time is away, in milliseconds: `in 2 hours`, `3 days ago`, `now`. */
export function formatDistance(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  const count = Math.trunc(Math.abs(seconds) / size);
  if (count === 0) return "now";
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return seconds > 0 ? `in ${words}` : `${words} ago`;
}
