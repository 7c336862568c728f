// Hears what other nodes announce, on a connection of its own that no pooler may stand before. What
// is heard is only a reason to look: whoever misses it finds the same by looking anyway.

import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import type { DatabaseError } from "../database.ts";
import { loadDriver } from "./driver.ts";
import { failureOf } from "./failure.ts";
import { createConnector } from "./server-address.ts";

/** Milliseconds before a lost connection is opened again. */
export const RECONNECT_PAUSE = 1_000;

/** Milliseconds between two questions whether the connection still lives. */
export const LIVENESS_INTERVAL = 15_000;

/** A running listener. */
export interface Listener {
  close(): Promise<void>;
}

/** How to listen. */
export interface ListenerOptions {
  readonly url: string;
  readonly schema?: string;
  /** Something was announced, or may have been while the connection was away. */
  readonly onWake: () => void;
  readonly onTrouble?: (error: DatabaseError) => void;
}

/** Starts to listen. It keeps no process alive and never fails: it goes on trying. */
export function startListener(options: ListenerOptions): Listener {
  const closed = new AbortController();
  const { signal } = closed;
  const connector = createConnector(options);

  async function listen(): Promise<void> {
    const { Client: PgClient } = await loadDriver();
    const client = await connector(async (config) => {
      const opened = new PgClient(config);
      // Told by `end`, which follows.
      opened.on("error", () => undefined);
      await opened.connect();
      return opened;
    });
    const ended = new Promise<void>((resolve) => {
      client.once("end", resolve);
    });
    const hangUp = (): void => void client.connection.stream.destroy();
    signal.addEventListener("abort", hangUp, { once: true });
    try {
      // The driver has it; its types leave it out.
      (client as Client & { unref(): void }).unref();
      client.on("notification", options.onWake);
      const { rows } = await client.query<{ channel: string }>(
        "select quote_ident('latchkey:' || current_schema()) as channel",
      );
      await client.query(`listen ${rows[0]?.channel ?? "latchkey"}`);
      options.onWake();
      const liveness = setInterval(() => {
        const late = setTimeout(hangUp, LIVENESS_INTERVAL / 3);
        late.unref();
        client.query("select 1").then(() => clearTimeout(late), hangUp);
      }, LIVENESS_INTERVAL);
      liveness.unref();
      await ended;
      clearInterval(liveness);
    } finally {
      signal.removeEventListener("abort", hangUp);
      hangUp();
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await listen();
      } catch (error) {
        if (!signal.aborted) options.onTrouble?.(failureOf(error));
      }
      await pause(RECONNECT_PAUSE, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    close: () => {
      closed.abort();
      return running;
    },
  };
}
