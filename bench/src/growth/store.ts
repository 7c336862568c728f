// A server with a store of some size, and the requests that are sent to it. Users, each with a
// password and a session, are loaded as SQL; the server itself is what `latchkey serve` runs.

import { mkdirSync } from "node:fs";
import type { Agent } from "node:http";
import { join } from "node:path";
import { createPasswordHasher } from "../../../packages/server/src/credentials/password-hash.ts";
import { PASSWORD } from "../login/fixture.ts";
import { get, post, sendInTurn } from "../login/load.ts";
import { type ServerProcess, startServer } from "../refresh/child-server.ts";
import { createFixture } from "../refresh/fixture.ts";
import { CONNECTIONS } from "../refresh/load.ts";
import { sizeOf } from "../start/start-once.ts";

/** Sessions that are renewed and whose account is read: spread over all of them. */
const RENEWED = 20_000;
const READ = 200;

/** Sign-ins at once: always one that waits for its hash. */
const SIGN_IN_CONNECTIONS = 4;

/** What one slice of each figure came to: answers per second. */
export interface Rates {
  readonly refresh: number;
  readonly signIn: number;
  readonly me: number;
}

/** A store and its server. */
export interface SizedStore {
  readonly size: number;
  /** Holds `data` and `keys`, as `latchkey serve` takes them. */
  readonly folder: string;
  /** Bytes on disk of a user with a session, right after loading. */
  readonly bytesPerUser: number;
  measure(agent: Agent, milliseconds: Milliseconds): Promise<Rates>;
  end(): Promise<void>;
}

/** Of one slice. */
export interface Milliseconds {
  readonly requests: number;
  readonly signIns: number;
}

/** Loads so many users and sessions, and starts a server with them. */
export async function openSizedStore(parent: string, size: number): Promise<SizedStore> {
  const folder = join(parent, String(size));
  const data = join(folder, "data");
  const keys = join(folder, "keys");
  mkdirSync(folder);
  const tokens = await createFixture(
    data,
    {
      sessions: size,
      sessionsPerUser: 1,
      tokens: Math.min(size, RENEWED),
      passwordHash: await createPasswordHasher().hash(PASSWORD),
    },
    { directory: keys },
  );
  const bytesPerUser = sizeOf(data) / size;
  const server = await startServer("server-latchkey.ts", [data, "50", keys]);
  const lists = { read: tokens.slice(0, READ), renewed: tokens.slice(READ) };
  return {
    size,
    folder,
    bytesPerUser,
    measure: (agent, milliseconds) => measure({ server, size, agent, milliseconds, ...lists }),
    end: () => server.end(),
  };
}

interface Measuring {
  readonly server: ServerProcess;
  readonly size: number;
  readonly agent: Agent;
  readonly milliseconds: Milliseconds;
  /** Refresh tokens; each is replaced by its successor. */
  readonly read: string[];
  readonly renewed: string[];
}

async function measure(store: Measuring): Promise<Rates> {
  const { server, size, agent, milliseconds, read, renewed } = store;
  const { port } = server;
  const renew = async (token: string): Promise<Tokens> => {
    const to = { agent, port, path: "/auth/refresh" };
    const { status, text } = await post(to, { refresh_token: token });
    if (status !== 200) throw new Error(`a renewal was answered ${status} ${text}`);
    return JSON.parse(text) as Tokens;
  };
  const requests = { connections: CONNECTIONS, milliseconds: milliseconds.requests };

  await server.start();
  const refresh = await sendInTurn(requests, async () => {
    const token = renewed.shift() ?? "";
    const { refresh_token: successor } = await renew(token);
    renewed.push(successor ?? token);
  });
  await server.stop();

  const accessTokens: string[] = [];
  for (const [index, token] of read.entries()) {
    const answer = await renew(token);
    read[index] = answer.refresh_token ?? token;
    accessTokens.push(answer.access_token);
  }
  const me = await sendInTurn(requests, async (index) => {
    const headers = { Authorization: `Bearer ${accessTokens[index % accessTokens.length] ?? ""}` };
    const { status } = await get({ agent, port, path: "/auth/me", headers });
    if (status !== 200) throw new Error(`a session check was answered ${status}`);
  });

  const signIn = await sendInTurn(
    { connections: SIGN_IN_CONNECTIONS, milliseconds: milliseconds.signIns },
    async (index) => {
      // A prime, so that accounts far from each other follow.
      const email = `user-${(index * 7919) % size}@clinic.example`;
      const to = { agent, port, path: "/auth/login" };
      const { status } = await post(to, { email, password: PASSWORD });
      if (status !== 200) throw new Error(`a sign-in was answered ${status}`);
    },
  );
  return { refresh, signIn, me };
}

// Our own server's answer.
interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
}
