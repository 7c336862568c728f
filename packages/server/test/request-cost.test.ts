// What each request that people make all day costs, in counts: a measurement of time would only say
// how busy the machine is. Whoever changes a number here changes what a server can carry, and says
// so in docs/performance.md. A renewal without the HTTP around it: renewal-cost.test.ts.

import { mkdtemp, rm } from "node:fs/promises";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoginAnswer } from "@latchkey/protocol";
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from "vitest";
import { type Database, openSqlite } from "../src/index.ts";
import {
  type Answer,
  logIn,
  PASSWORD,
  signUpAndLogIn,
  startServer,
  type TestServer,
} from "./test-server.ts";

/** What is counted. */
interface Cost {
  /** Round trips to the store. */
  reads: number;
  writes: number;
  /** Statements of the writes. */
  statements: number;
  /** Queries and parts of queries that are put together anew, and thrown away. */
  built: number;
  signatures: number;
  verifications: number;
  /** argon2id: 19 MiB and some ten milliseconds each. */
  passwordHashes: number;
}

const FREE: Readonly<Cost> = {
  reads: 0,
  writes: 0,
  statements: 0,
  built: 0,
  signatures: 0,
  verifications: 0,
  passwordHashes: 0,
};

const cost: Cost = { ...FREE };

type CryptoFunction = (...args: unknown[]) => unknown;
// The module's own object: what it holds is what every import of it sees after the next line's sync.
const crypto = createRequire(import.meta.url)("node:crypto") as Record<string, CryptoFunction>;
const COUNTED = {
  argon2: "passwordHashes",
  createSign: "signatures",
  sign: "signatures",
  createVerify: "verifications",
  verify: "verifications",
} as const;
const originals = new Map<string, CryptoFunction>();

beforeAll(() => {
  for (const [name, what] of Object.entries(COUNTED)) {
    const original = crypto[name];
    if (original === undefined) throw new Error(`node:crypto has no ${name}`);
    originals.set(name, original);
    crypto[name] = (...args) => {
      cost[what] += 1;
      return original(...args);
    };
  }
  syncBuiltinESMExports();
});

afterAll(() => {
  Object.assign(crypto, Object.fromEntries(originals));
  syncBuiltinESMExports();
});

interface Stage {
  readonly server: TestServer;
  /** An account's session, renewed by whoever renews it. */
  login: LoginAnswer;
  readonly setClockOffset: (milliseconds: number) => void;
}

let stage: Stage;
beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-cost-"));
  const store = await openSqlite({ directory });
  onTestFinished(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });
  const server = await startServer({ database: counting(store) });
  const login = await signUpAndLogIn(server, "ann@example.com");
  stage = { server, login, setClockOffset: (offset) => store.setClockOffset(offset) };
});

function counting(store: Database): Database {
  return {
    ...store,
    // Whoever builds a query asks for the builder's methods.
    query: new Proxy(store.query, {
      get(target, name, receiver) {
        cost.built += 1;
        const member: unknown = Reflect.get(target, name, receiver);
        return typeof member === "function" ? member.bind(target) : member;
      },
    }),
    read: (query) => {
      cost.reads += 1;
      return store.read(query);
    },
    write: (steps) => {
      cost.writes += 1;
      cost.statements += steps.length;
      return store.write(steps);
    },
  };
}

interface Case {
  readonly name: string;
  /** What comes before it and is not counted. */
  readonly before?: (stage: Stage) => Promise<void> | void;
  readonly send: (stage: Stage) => Promise<Answer>;
  readonly status: number;
  readonly cost: Partial<Cost>;
}

const signIn =
  (email: string, password: string) =>
  ({ server }: Stage): Promise<Answer> =>
    server.send("/auth/login", { json: { email, password } });

const signUp =
  (email: string) =>
  ({ server }: Stage): Promise<Answer> =>
    server.send("/auth/signup", { json: { email, password: PASSWORD } });

const cases: readonly Case[] = [
  {
    // The account with its roles, the places it was seen at; the session with its audit event.
    name: "a sign-in",
    send: signIn("ann@example.com", PASSWORD),
    status: 200,
    cost: { reads: 2, writes: 1, statements: 2, built: 6, signatures: 1, passwordHashes: 1 },
  },
  {
    name: "a sign-in with a wrong password",
    send: signIn("ann@example.com", "a password that is wrong"),
    status: 401,
    cost: { reads: 2, writes: 1, statements: 1, built: 5, passwordHashes: 1 },
  },
  {
    // The same as with a wrong password: neither time nor the store tells who has an account.
    name: "a sign-in of nobody",
    send: signIn("nobody@example.com", "a password that is wrong"),
    status: 401,
    cost: { reads: 2, writes: 1, statements: 1, built: 5, passwordHashes: 1 },
  },
  {
    name: "a renewal",
    before: async (at) => {
      // Outside the rotation window, twice: the first one compiles its queries.
      at.setClockOffset(60_000);
      const json = { refresh_token: at.login.refresh_token };
      at.login = (await at.server.send<LoginAnswer>("/auth/refresh", { json })).body;
      at.setClockOffset(120_000);
    },
    send: ({ server, login }) =>
      server.send("/auth/refresh", { json: { refresh_token: login.refresh_token } }),
    status: 200,
    cost: { reads: 1, writes: 1, statements: 1, signatures: 1 },
  },
  {
    // The ledger, and the account; both queries are compiled, and the signature was verified, by the first.
    name: "GET /auth/me with a token seen before",
    before: async ({ server, login }) => {
      await server.send("/auth/me", { token: login.access_token });
    },
    send: ({ server, login }) => server.send("/auth/me", { token: login.access_token }),
    status: 200,
    cost: { reads: 2 },
  },
  {
    name: "GET /auth/me with a token seen first",
    before: async (at) => {
      await at.server.send("/auth/me", { token: at.login.access_token });
      at.login = await logIn(at.server, "ann@example.com");
    },
    send: ({ server, login }) => server.send("/auth/me", { token: login.access_token }),
    status: 200,
    cost: { reads: 2, verifications: 1 },
  },
  {
    // The session's end, its audit event, the ledger's head and its entry: one transaction.
    name: "a logout",
    send: ({ server, login }) =>
      server.send("/auth/logout", { method: "POST", token: login.access_token }),
    status: 204,
    cost: { verifications: 1, writes: 1, statements: 4, built: 5 },
  },
  {
    name: "a sign-up",
    send: signUp("bob@example.com"),
    status: 202,
    cost: { writes: 1, statements: 4, built: 4, passwordHashes: 1 },
  },
  {
    // The first write fails at the address, which somebody has; the second writes a mail to them.
    name: "a sign-up with an address that somebody has",
    send: signUp("ann@example.com"),
    status: 202,
    cost: { writes: 2, statements: 7, built: 7, passwordHashes: 1 },
  },
  {
    name: "GET /.well-known/jwks.json",
    send: ({ server }) => server.send("/.well-known/jwks.json"),
    status: 200,
    cost: {},
  },
];

it.each(cases)("$name costs what it did", async ({ before, send, status, cost: expected }) => {
  await before?.(stage);
  Object.assign(cost, FREE);
  const answer = await send(stage);
  expect({ status: answer.status, ...cost }).toEqual({ ...FREE, status, ...expected });
});

it("counts what is done, not what is asked for: two sign-ins are two hashes", async () => {
  Object.assign(cost, FREE);
  await logIn(stage.server, "ann@example.com");
  await logIn(stage.server, "ann@example.com");
  expect(cost.passwordHashes).toBe(2);
  expect(cost.signatures).toBe(2);
});
