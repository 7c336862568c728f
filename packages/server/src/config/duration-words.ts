// A duration in words, the largest whole unit: "15 minutes". Rounded to nothing: what is no whole
// number of a unit is told in the next smaller one.

const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** Says a duration. @param seconds - at least 0 */
export function durationInWords(seconds: number): string {
  for (const [name, length] of UNITS) {
    if (seconds >= length && seconds % length === 0) return count(seconds / length, name);
  }
  return count(seconds, "second");
}

function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}
