// Eight honest clients that renew whatever happens to the server, and the question at the end:
// is each of them signed in, on one lineage, with nothing lost that was acknowledged?

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import type { FaultServer } from "./fault-server.ts";
import { type Person, signUp } from "./people.ts";
import {
  type ClientKind,
  type Network,
  type RefreshClient,
  signInClient,
} from "./refresh-client.ts";

/** A little more than the window after an advance, in milliseconds. */
export const WINDOW_PASSED = 11_000;

const KINDS: readonly ClientKind[] = [
  "keyed",
  "keyed",
  "keyed",
  "plain",
  "plain",
  "cookie",
  "cookie",
  "cookie",
];

/** Whose clients they are. */
export const person: Person = {
  email: "storm@clinic.example",
  password: "a passphrase for stormy days",
  name: "Storm",
};

/** Signs clients in; eight unless told otherwise, and eight of each person: more would be too many. */
export async function signInClients(
  server: Pick<FaultServer, "url">,
  network?: Network,
  count: number = KINDS.length,
): Promise<readonly RefreshClient[]> {
  const people = Array.from({ length: Math.ceil(count / KINDS.length) }, (_, index) =>
    index === 0 ? person : { ...person, email: `storm-${index}@clinic.example` },
  );
  await Promise.all(people.map((each) => signUp(server, each)));
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      signInClient(
        server.url,
        people[Math.floor(index / KINDS.length)] ?? person,
        KINDS[index % KINDS.length] ?? "keyed",
        network,
      ),
    ),
  );
}

/**
 * Every client renews at once, a browser from two tabs, and once more when it is answered.
 *
 * @returns how many of them advanced
 */
export async function renewAll(clients: readonly RefreshClient[]): Promise<number> {
  const before = clients.map(({ generation }) => generation);
  await Promise.all(
    clients.flatMap((client) => {
      const tab = async (): Promise<void> => {
        await client.renew();
        await client.renew();
      };
      return client.kind === "cookie" ? [tab(), tab()] : [tab()];
    }),
  );
  return clients.filter(({ generation }, index) => generation > (before[index] ?? 0)).length;
}

/**
 * Lets the window pass and renews, twice: whoever was ahead of the store is taken note of first, and
 * advances then. Afterwards every client holds the newest generation.
 */
export async function settleAll(
  server: Pick<FaultServer, "moveClock">,
  clients: readonly RefreshClient[],
): Promise<void> {
  await server.moveClock(WINDOW_PASSED);
  await renewAll(clients);
  await server.moveClock(WINDOW_PASSED);
  expect(await renewAll(clients)).toBe(clients.length);
}

/**
 * How many clients hold a newer generation than a database. The database is opened as a server would
 * open it, which merges its log.
 */
export function countAhead(data: string, clients: readonly RefreshClient[]): number {
  const stored = readSessions(data).sessions;
  return clients.filter(({ sessionId, generation }) =>
    stored.some((session) => session.id === sessionId && session.generation < generation),
  ).length;
}

/** What the database knows of a session. */
export interface StoredSession {
  readonly id: string;
  readonly generation: number;
  readonly ended_at: number | null;
}

/**
 * Checks the clients' records against the database of a stopped server. Of sign-ins that were never
 * answered (`unanswered`) there may be a session or not.
 */
export function checkHistory(
  data: string,
  clients: readonly RefreshClient[],
  options: { readonly unanswered: number } = { unanswered: 0 },
): void {
  const { check, ...stored } = readSessions(data);
  expect(check).toBe("ok");
  checkRecords(stored, clients, options);
}

/** What a database says of its sessions. */
export interface StoredSessions {
  readonly sessions: readonly StoredSession[];
  /** Events of reuse and contest. */
  readonly suspicions: readonly unknown[];
}

/** The same against what any database says. */
export function checkRecords(
  { sessions, suspicions }: StoredSessions,
  clients: readonly RefreshClient[],
  options: { readonly unanswered: number } = { unanswered: 0 },
): void {
  expect(suspicions).toEqual([]);
  // No session was lost, none came out of nothing, none ended.
  const owned = new Set(clients.map(({ sessionId }) => sessionId));
  const others = sessions.filter(({ id }) => !owned.has(id));
  expect(sessions.length - others.length).toBe(clients.length);
  expect(others.length).toBeLessThanOrEqual(options.unanswered);
  expect(sessions.filter(({ ended_at }) => ended_at !== null)).toEqual([]);
  for (const client of clients) {
    expect(client.refusals).toEqual([]);
    const stored = sessions.find(({ id }) => id === client.sessionId);
    // Settled: the newest generation that was acknowledged is the one that is stored.
    expect([client.kind, stored?.generation]).toEqual([client.kind, client.generation]);
    // One lineage: a generation has one token, whoever asked and however often.
    const tokens = new Map<number, string>();
    for (const { generation, token } of client.history) {
      const known = tokens.get(generation);
      expect([client.kind, generation, known ?? token]).toEqual([client.kind, generation, token]);
      tokens.set(generation, token);
    }
  }
}

function readSessions(data: string): {
  readonly sessions: readonly StoredSession[];
  readonly suspicions: readonly unknown[];
  readonly check: unknown;
} {
  const database = new DatabaseSync(join(data, "latchkey.db"));
  try {
    const sessions = database.prepare("select id, generation, ended_at from sessions").all();
    const suspicions = database
      .prepare(
        "select kind from audit_events where kind in ('session.reused', 'session.contested')",
      )
      .all();
    const [check] = Object.values(database.prepare("pragma integrity_check").get() ?? {});
    return { sessions: sessions as unknown as readonly StoredSession[], suspicions, check };
  } finally {
    database.close();
  }
}
