// Looks after the keys while a server runs: takes over what other nodes changed, and makes the
// successors that are missing. Every node does it; the store decides whose key it is.

import type { Logger } from "../observability/logger.ts";
import type { KeyRing } from "./key-ring.ts";

/** Milliseconds between two looks: a node signs with a key that was taken back for as long. */
export const KEY_CHECK_INTERVAL = 10_000;

/** A running keeper. */
export interface KeyKeeper {
  /** Waits for the look under way and ends. */
  stop(): Promise<void>;
}

/** Starts to look after the keys. It keeps no process alive. */
export function keepKeys(options: {
  readonly keyRing: Pick<KeyRing, "maintain">;
  readonly log: Pick<Logger, "warn">;
  /** Milliseconds. Default: {@link KEY_CHECK_INTERVAL}. */
  readonly interval?: number;
}): KeyKeeper {
  const { keyRing, log, interval = KEY_CHECK_INTERVAL } = options;
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    // The keys at hand go on signing and verifying whatever happens here.
    running ??= keyRing
      .maintain()
      .catch((error: unknown) => log.warn({ err: error }, "the keys cannot be looked after"))
      .finally(() => {
        running = undefined;
      });
  }, interval);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
