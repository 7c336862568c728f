// How long the fault tests are: short in `npm test`, long in `npm run test:faults`. And chance that
// can be repeated: a failed run prints its seed, LATCHKEY_FAULT_SEED brings it back.

const isLong = process.env["LATCHKEY_FAULTS"] === "long";

/** Chooses a number of rounds. */
export function rounds(form: { readonly short: number; readonly long: number }): number {
  return isLong ? form.long : form.short;
}

/** Milliseconds that a test of so many rounds may take on a busy machine. */
export function patience(count: number): number {
  return 120_000 + count * 20_000;
}

/** The seed of this run. */
export const seed: number = Number(process.env["LATCHKEY_FAULT_SEED"] ?? Date.now() % 1_000_000);

/** Numbers from 0 to below 1: mulberry32. */
export function createRandom(start: number = seed): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
