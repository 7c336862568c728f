// N1 and N2 of the catalogue, for every endpoint that takes the name of an account: whatever stands
// behind the name, the answer is one in status, headers, text and size, after one amount of work.
// Work is counted in statements and hashes; a clock would measure the machine.

import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { createIdentifier, type UserAnswer } from "@latchkey/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../src/index.ts";
import { writeAll } from "../src/storage/write.ts";
import { FREE_LANE_FAILURES } from "../src/guessing/lane.ts";
import { openTestDatabase } from "./engines/engines.ts";
import { type Answer, PASSWORD, type Send, startServer, type TestServer } from "./test-server.ts";

const WRONG = "a password of somebody else";

/** What an answer took. */
interface Cost {
  hashes: number;
  reads: number;
  /** Statements of each write, and whether it committed, in order. */
  writes: string[];
}

let cost: Cost = { hashes: 0, reads: 0, writes: [] };

// The real function, counted on its way.
const argon2 = crypto.argon2;
beforeAll(() => {
  crypto.argon2 = (...parameters: Parameters<typeof argon2>) => {
    cost.hashes += 1;
    argon2(...parameters);
  };
  syncBuiltinESMExports();
});
afterAll(() => {
  crypto.argon2 = argon2;
  syncBuiltinESMExports();
});

function countWork(store: Database): Database {
  return {
    dialect: store.dialect,
    query: store.query,
    close: () => store.close(),
    read: (query) => {
      cost.reads += 1;
      return store.read(query);
    },
    write: async (steps) => {
      const outcome = await store.write(steps);
      cost.writes.push(`${steps.length} ${outcome.committed ? "committed" : "undone"}`);
      return outcome;
    },
  };
}

/** What can stand behind a name. The first is what all others must look like. */
const KINDS = [
  "unknown",
  "known",
  "unverified",
  "disabled",
  "deleting",
  "passwordless",
  "protected",
] as const;
type Kind = (typeof KINDS)[number];

const addressOf = (kind: Kind): string => `${kind}@example.com`;

async function startWithAll(): Promise<TestServer> {
  const store = await openTestDatabase();
  const server = await startServer({
    database: countWork(store),
    requireVerifiedEmail: true,
    emailSignIn: true,
  });
  for (const kind of KINDS.slice(1)) {
    const json = {
      email: addressOf(kind),
      username: kind,
      password: PASSWORD,
      email_verified: kind !== "unverified",
    };
    const { body } = await server.control<UserAnswer>("/auth/admin/users", { json });
    await prepare(server, store, { kind, id: body.id });
  }
  return server;
}

async function prepare(
  server: TestServer,
  store: Database,
  { kind, id }: { readonly kind: Kind; readonly id: string },
): Promise<void> {
  const { query } = store;
  if (kind === "disabled") {
    const json = { disabled: true };
    await server.control(`/auth/admin/users/${id}`, { method: "PATCH", json });
  }
  if (kind === "deleting") {
    const json = { email: addressOf(kind), password: PASSWORD };
    const login = await server.send<{ access_token: string }>("/auth/login", { json });
    const token = login.body.access_token;
    expect((await server.send("/auth/me", { method: "DELETE", token })).status).toBe(202);
  }
  if (kind === "passwordless") {
    const update = query.updateTable("users").set({ password_hash: null }).where("id", "=", id);
    await writeAll(store, [{ query: update, expect: 1 }]);
  }
  if (kind === "protected") {
    const passkey = {
      id: createIdentifier(),
      user_id: id,
      credential_id: "AAAA",
      public_key: new Uint8Array([1]),
      counter: 0,
      transports: "[]",
      name: "key",
      aaguid: "",
      synced: 0,
      created_at: 1,
      last_used_at: null,
    };
    await writeAll(store, [{ query: query.insertInto("passkeys").values(passkey), expect: 1 }]);
  }
}

/** Everything of an answer that a stranger can compare; random members by their length. */
function visible({ status, headers, text }: Answer): object {
  const shown = Object.fromEntries(headers);
  delete shown["latchkey-request-id"];
  const alike = text.replaceAll(/[A-Za-z0-9_-]{22,}/g, (random) => `<${random.length}>`);
  return { status, headers: shown, text: alike, size: Buffer.byteLength(text) };
}

/** An answer of one kind, and what it took, from a network of its own. */
async function measure(server: TestServer, path: string, send: Send): Promise<object> {
  cost = { hashes: 0, reads: 0, writes: [] };
  const answer = await server.send(path, send);
  return { ...visible(answer), cost: structuredClone(cost) };
}

type Case = readonly [what: string, path: string, json: (kind: Kind) => object, expected: object];

const CASES: readonly Case[] = [
  [
    "a sign-in with an address",
    "/auth/login",
    (kind) => ({ email: addressOf(kind), password: WRONG }),
    { status: 401, cost: { hashes: 1 } },
  ],
  [
    "a sign-in with a user name",
    "/auth/login",
    (kind) => ({ username: kind, password: WRONG }),
    { status: 401, cost: { hashes: 1 } },
  ],
  [
    "a sign-up",
    "/auth/signup",
    (kind) => ({ email: addressOf(kind), password: WRONG }),
    { status: 202, cost: { hashes: 1 } },
  ],
  [
    "a lost password",
    "/auth/password/forgot",
    (kind) => ({ email: addressOf(kind) }),
    { status: 202, cost: { hashes: 0 } },
  ],
  [
    "a guess at a reset",
    "/auth/password/reset",
    (kind) => ({ email: addressOf(kind), code: "000000", password: WRONG }),
    { status: 403, cost: { hashes: 0 } },
  ],
  [
    "a lost proof",
    "/auth/email/resend",
    (kind) => ({ email: addressOf(kind) }),
    { status: 202, cost: { hashes: 0 } },
  ],
  [
    "a sign-in by mail",
    "/auth/login/email",
    (kind) => ({ email: addressOf(kind) }),
    { status: 202, cost: { hashes: 0 } },
  ],
  [
    "a guess at a sign-in by mail",
    "/auth/login/email/confirm",
    (kind) => ({ email: addressOf(kind), code: "000000" }),
    { status: 403, cost: { hashes: 0 } },
  ],
];

describe.each(CASES)("%s", (_, path, json, expected) => {
  it("is answered alike whatever stands behind the name, after the same work", async () => {
    const server = await startWithAll();
    const seen = new Map<Kind, object>();
    for (const [index, kind] of KINDS.entries()) {
      const address = `198.51.100.${index + 1}`;
      seen.set(kind, await measure(server, path, { json: json(kind), address }));
    }
    expect(seen.get("unknown")).toMatchObject(expected);
    for (const kind of KINDS) expect([kind, seen.get(kind)]).toEqual([kind, seen.get("unknown")]);
  });

  it("is limited alike", async () => {
    const server = await startWithAll();
    const histories = [];
    for (const [index, kind] of (["unknown", "known"] as const).entries()) {
      const history = [];
      for (let i = 0; i < 12; i++) {
        const address = `198.51.100.${index + 1}`;
        const answer = await server.send(path, { json: json(kind), address });
        history.push([answer.status, answer.headers.get("Retry-After")]);
      }
      histories.push(history);
    }
    expect(histories[1]?.map(([code]) => code)).toEqual(histories[0]?.map(([code]) => code));
    expect(histories[0]?.at(-1)?.[0]).toBe(429);
  });
});

it("the right password changes nothing of it, where the account may not sign in", async () => {
  const server = await startWithAll();
  const login = (kind: Kind, password: string) =>
    measure(server, "/auth/login", { json: { email: addressOf(kind), password } });
  const unknown = await login("unknown", WRONG);
  for (const kind of ["unverified", "disabled", "deleting"] as const) {
    expect([kind, await login(kind, PASSWORD)]).toEqual([kind, unknown]);
  }
});

it("an account that is closed after too many failures looks like any other, under each name", async () => {
  const server = await startWithAll();
  for (let i = 1; i <= FREE_LANE_FAILURES; i++) {
    const json = { email: addressOf("known"), password: WRONG };
    await server.send("/auth/login", { json, address: `203.0.113.${i}` });
  }
  const login = (kind: Kind) =>
    measure(server, "/auth/login", { json: { username: kind, password: PASSWORD } });
  const closed = await login("known");
  expect(closed).toMatchObject({ status: 401, cost: { hashes: 1 } });
  expect(closed).toEqual(await login("unknown"));
});

it("a guess at the code of a sign-up tells nothing of the address", async () => {
  const server = await startWithAll();
  const answers = [];
  for (const kind of KINDS) {
    const json = { email: addressOf(kind), password: WRONG };
    const signUp = await server.send<{ sign_up: string }>("/auth/signup", { json });
    const guess = { sign_up: signUp.body.sign_up, code: "000000" };
    answers.push(await measure(server, "/auth/email/verify", { json: guess }));
  }
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

it("options of a passkey are asked without a name, and name no credential", async () => {
  const server = await startWithAll();
  const named = { json: { email: addressOf("protected") } };
  expect((await server.send("/auth/login/passkey/options", named)).status).toBe(400);
  const answer = await server.send("/auth/login/passkey/options", { json: {} });
  expect(answer.status).toBe(200);
  expect(answer.text).not.toContain('AAAA"');
});
