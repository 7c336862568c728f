// Whether memory grows: samples over time, and the line through them. A process that is still warming
// up grows for good reasons, so whoever measures leaves the beginning out.

/** Bytes at a time. */
export interface MemorySample {
  /** Milliseconds. */
  readonly at: number;
  readonly bytes: number;
}

/** What the samples say. */
export interface MemorySlope {
  /** Mean of all samples, in MiB. */
  readonly mean: number;
  /** Growth by the line of least squares, in MiB for each hour. */
  readonly perHour: number;
  /** What the line grew by from the first sample to the last, as a share of the mean. */
  readonly grown: number;
}

const MIB = 1024 * 1024;
const HOUR = 3_600_000;

/** Draws the line. Fewer than two moments have no slope: null. */
export function memorySlope(samples: readonly MemorySample[]): MemorySlope | null {
  const count = samples.length;
  const meanAt = samples.reduce((sum, { at }) => sum + at, 0) / count;
  const meanBytes = samples.reduce((sum, { bytes }) => sum + bytes, 0) / count;
  const spread = samples.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0);
  if (!(spread > 0)) return null;
  const both = samples.reduce((sum, { at, bytes }) => sum + (at - meanAt) * (bytes - meanBytes), 0);
  const times = samples.map(({ at }) => at);
  const length = Math.max(...times) - Math.min(...times);
  const perMillisecond = both / spread;
  return {
    mean: round(meanBytes / MIB),
    perHour: round((perMillisecond * HOUR) / MIB),
    grown: round((perMillisecond * length) / meanBytes),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
