// A real Latchkey in this process, listening on a free port, with its data in a folder of its own.

import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { createLatchkey, createLogger } from "@latchkey/server";

/** Something that listens. */
export interface Listening {
  readonly url: string;
  readonly server: Server;
  close(): Promise<void>;
}

/** Listens on a free port of the loopback interface. */
export async function listen(server: Server): Promise<Listening> {
  server.listen(0, "localhost");
  await once(server, "listening");
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    server,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A running Latchkey, and what its operator can do. */
export interface RunningLatchkey {
  readonly issuer: string;
  /** Calls an admin route as the operator. Throws when it fails. */
  operate(method: string, path: string, body?: object): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts a Latchkey. */
export async function startLatchkey(): Promise<RunningLatchkey> {
  // The issuer names the port, so the port comes first.
  let listener: ReturnType<typeof getRequestListener> | undefined;
  const http = await listen(
    createServer((request, response) => {
      void listener?.(request, response);
    }),
  );
  const folder = await mkdtemp(join(tmpdir(), "clinic-latchkey-"));
  const latchkey = createLatchkey({
    issuer: http.url,
    data: join(folder, "data"),
    keyEncryption: { directory: join(folder, "keys") },
    logger: createLogger({ level: "silent" }),
  });
  await latchkey.ready();
  listener = getRequestListener((request) => latchkey.fetch(request, { address: "127.0.0.1" }));
  return {
    issuer: http.url,
    operate: async (method, path, body) => {
      const response = await latchkey.control(
        new Request(`${http.url}/auth/admin${path}`, {
          method,
          ...(body === undefined
            ? {}
            : {
                body: JSON.stringify(body),
                headers: { "content-type": "application/json" },
              }),
        }),
      );
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === "" ? null : JSON.parse(text);
    },
    close: async () => {
      await http.close();
      await latchkey.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
