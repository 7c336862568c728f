// What a server under test and the bench say to each other, over the child process's channel.

import { monitorEventLoopDelay } from "node:perf_hooks";

/** To a server: a slice begins or ends. */
export type ToServer = "start" | "stop" | "end";

/** From a server. Delays are in milliseconds, processor time of all threads in microseconds. */
export type FromServer =
  | { readonly kind: "ready"; readonly port: number; readonly tokens?: readonly string[] }
  | { readonly kind: "started"; readonly tokens?: readonly string[] }
  | {
      readonly kind: "stopped";
      readonly delayP99: number;
      readonly cpu: number;
      readonly counted: readonly number[];
    };

/** What a server does at the edges of a slice. */
export interface SliceHooks {
  /** Fresh refresh tokens, when the server makes them itself. */
  readonly start?: () => Promise<readonly string[]> | readonly string[] | undefined;
  /** Numbers that the server counted or measured itself, if any. */
  readonly stop?: () => readonly number[] | undefined;
  readonly end: () => Promise<void> | void;
}

/** Tells the bench that the server listens, and measures the event loop's delay in each slice. */
export function reportReady(port: number, hooks: SliceHooks): void {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let usage = process.cpuUsage();
  process.on("message", (message: ToServer) => {
    void answer(message);
  });
  // A bench that was interrupted leaves no server behind.
  process.once("disconnect", () => process.exit());
  send({ kind: "ready", port });

  async function answer(message: ToServer): Promise<void> {
    if (message === "start") {
      const tokens = await hooks.start?.();
      delay.reset();
      usage = process.cpuUsage();
      delay.enable();
      send({ kind: "started", ...(tokens === undefined ? {} : { tokens }) });
    } else if (message === "stop") {
      delay.disable();
      const { user, system } = process.cpuUsage(usage);
      const counted = hooks.stop?.() ?? [];
      // The histogram counts from one firing of its timer to the next: its own millisecond is in.
      const delayP99 = Math.max(0, delay.percentile(99) / 1e6 - 1);
      send({ kind: "stopped", delayP99, cpu: user + system, counted });
    } else {
      await hooks.end();
      process.exit();
    }
  }
}

function send(message: FromServer): void {
  process.send?.(message);
}
