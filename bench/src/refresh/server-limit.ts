// The limit: what any server of this shape has to do for a renewal, and nothing else. Hono on
// Node's HTTP server reads the body and answers as many bytes; one raw ES256 signature; one row
// update, durable, in a group commit with those of the other connections.

import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { reportReady } from "./control.ts";

const directory = process.argv[2] ?? "";
/** Bytes of an answer's access token besides its signature. */
const padding = Number(process.argv[3] ?? 0);

const key = createPrivateKey(
  generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
    type: "pkcs8",
    format: "pem",
  }),
);
const message = Buffer.alloc(padding, "a");
const filler = "a".repeat(padding);

const worker = new Worker(new URL("./commit-worker.ts", import.meta.url), {
  workerData: join(directory, "limit.db"),
});
let waiting: (() => void)[] = [];
let underWay: (() => void)[] = [];
let next = 0;
const commitGroup = (): void => {
  if (underWay.length > 0 || waiting.length === 0) return;
  underWay = waiting;
  waiting = [];
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  worker.postMessage(underWay.map(() => next++ % 1000));
};
const isOpen = new Promise<void>((resolve) => {
  worker.once("message", () => resolve());
});
await isOpen;
worker.on("message", () => {
  for (const done of underWay) done();
  underWay = [];
  commitGroup();
});
const commit = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.push(resolve);
    commitGroup();
  });

const app = new Hono();
app.post("/refresh", async (c) => {
  const { refresh_token: token } = await c.req.json<{ refresh_token: string }>();
  const signature = sign("sha256", message, key).toString("base64url");
  await commit();
  return c.json({ access_token: filler + signature, refresh_token: token });
});

const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => {
  reportReady((server.address() as AddressInfo).port, {
    end: () => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
      worker.postMessage([]);
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
    },
  });
});
