// From the answer to a logout at one node until guards that follow another one refuse the token: with
// NOTIFY, and by looking every 300 ms.

import { createServer } from "node:net";
import { once } from "node:events";
import type { PostgresServer } from "../../../e2e/harness/postgres-server.ts";
import { type ServerProcess, startServer } from "../refresh/child-server.ts";
import { type Child, startChild } from "../take-back/child.ts";
import { createPostgresFixture } from "./fixture.ts";
import { createDatabase } from "./rates.ts";

/** Guards that follow the other node. */
const GUARDS = 5;

/** Milliseconds, sorted; null: never. */
export interface Propagation {
  readonly samples: number;
  readonly missed: number;
  readonly median: number;
  readonly p99: number;
}

/** Measures so many logouts. */
export async function measureNodes(
  postgres: PostgresServer,
  options: { readonly logouts: number; readonly isListening: boolean },
): Promise<Propagation> {
  const { logouts, isListening } = options;
  const url = await createDatabase(postgres, isListening ? "listening" : "looking");
  const loaded = await createPostgresFixture(url, logouts);
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const listen = isListening ? url : "";
  const servers: ServerProcess[] = [];
  const children: Child[] = [];
  const file = "../postgres/server-node.ts";
  try {
    servers.push(await startServer(file, [url, listen, issuer], "0,1"));
    servers.push(await startServer(file, [url, listen, issuer, String(port)], "0,1"));
    const nodeA = `http://127.0.0.1:${servers[0]?.port}`;
    const sessions: { readonly accessToken: string; readonly refreshToken: string }[] = [];
    for (const { token } of loaded) {
      const body = (await post(`${nodeA}/auth/refresh`, token)) as {
        readonly access_token: string;
        readonly refresh_token: string;
      };
      sessions.push({ accessToken: body.access_token, refreshToken: body.refresh_token });
    }
    const guards = await startChild("guards-process.ts", [issuer, String(GUARDS)]);
    children.push(guards);
    const tokens = sessions.map(({ accessToken }) => accessToken);
    if (!(await guards.ask<boolean>("accept", tokens))) {
      throw new Error("a good token was refused before it was taken back");
    }
    const times: (number | null)[] = [];
    for (const { accessToken, refreshToken } of sessions) {
      const refused = guards.ask<readonly (number | null)[]>("refused", accessToken);
      await post(`${nodeA}/auth/logout`, refreshToken);
      const answeredAt = performance.timeOrigin + performance.now();
      for (const time of await refused) {
        times.push(time === null ? null : Math.max(0, time - answeredAt));
      }
    }
    const seen = times.filter((time) => time !== null).toSorted((a, b) => a - b);
    const at = (share: number): number =>
      seen[Math.min(seen.length - 1, Math.floor(seen.length * share))] ?? Number.NaN;
    return {
      samples: times.length,
      missed: times.length - seen.length,
      median: at(0.5),
      p99: at(0.99),
    };
  } finally {
    for (const child of children) await child.end();
    for (const server of servers) await server.end();
  }
}

async function post(url: string, refreshToken: string): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ refresh_token: refreshToken }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
