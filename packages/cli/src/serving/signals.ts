// Ends the server on SIGTERM, SIGINT and SIGHUP: the first asks it to drain, a later one exits at
// once. Ctrl-C reaches the server from the terminal and again from npm and from `npm start`, so
// those that arrive together count as one.

import { constants } from "node:os";

/** Signals within this many milliseconds of the first are the same one, delivered again. */
export const SAME_SIGNAL_WINDOW = 500;

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** A signal that ends the server. */
export type EndSignal = (typeof SIGNALS)[number];

/** What to do with a signal. Pure. */
export function decideSignal(
  firstAt: number | undefined,
  now: number,
): "drain" | "ignore" | "exit" {
  if (firstAt === undefined) return "drain";
  return now - firstAt < SAME_SIGNAL_WINDOW ? "ignore" : "exit";
}

/** Resolves with the first signal; from then on a further one ends the process. */
export function waitForSignal(process: NodeJS.Process): Promise<EndSignal> {
  let firstAt: number | undefined;
  return new Promise((done) => {
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        const now = performance.now();
        const decision = decideSignal(firstAt, now);
        if (decision === "exit") process.exit(128 + constants.signals[signal]);
        if (decision === "drain") {
          firstAt = now;
          done(signal);
        }
      });
    }
  });
}
