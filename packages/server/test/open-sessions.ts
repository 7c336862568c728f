// Real parts for tests of sessions: a store on the engine of this run, sealed keys, the ledger, users
// with roles.

import { randomBytes } from "node:crypto";
import { createIdentifier, type Transport } from "@latchkey/protocol";
import { sql } from "kysely";
import { loadKeyRing } from "../src/keys/key-ring.ts";
import { openKeyEncryption } from "../src/keys/open-key-encryption.ts";
import { openLedger } from "../src/revocation/ledger.ts";
import { parseAttemptKeys } from "../src/sessions/attempt-key.ts";
import type { Renewal } from "../src/sessions/renewal-attempt.ts";
import type { SessionPolicy } from "../src/sessions/lifetimes.ts";
import { createSessions } from "../src/sessions/session-service.ts";
import type { Database } from "../src/storage/database.ts";
import { writeAll } from "../src/storage/write.ts";
import { issueAccessToken } from "../src/tokens/access-token.ts";
import { readSubject, type Subject } from "../src/tokens/subject.ts";
import { engine } from "./engines/engines.ts";

export const ISSUER = "https://id.example";

/** Opens everything on a fresh directory. */
export async function openTestSessions(change: Partial<SessionPolicy> = {}) {
  const store = await engine.create();
  const database = await store.open();
  const keyEncryption = await openKeyEncryption(
    { keys: [{ id: "test", key: randomBytes(32) }] },
    { hasSealedKeys: false },
  );
  const keyRing = await loadKeyRing({
    database,
    keyEncryption,
    signingAlgorithm: "ES256",
    now: Date.now(),
  });
  const ledger = await openLedger({ database });
  const policy: SessionPolicy = {
    idleLifetime: 30 * 86_400_000,
    absoluteLifetime: null,
    accessTokenLifetime: 900,
    ...change,
  };
  const sessions = createSessions({
    database,
    keyRing,
    ledger,
    policy,
    issueAccessToken: (input) =>
      issueAccessToken({ ...input, keyRing, issuer: ISSUER, audience: [ISSUER] }),
  });

  async function signIn(subject: Subject, transport: Transport = "body") {
    const created = sessions.create({
      subject,
      transport,
      userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0",
      address: "192.0.2.1",
      amr: ["pwd"],
      now: Date.now(),
    });
    await writeAll(database, created.steps);
    return created;
  }

  return {
    database,
    keyRing,
    ledger,
    sessions,
    signIn,
    createUser: (name = "ana") => createUser(database, name),
    /** Presents a token in the body. */
    renew: (token: string, attemptKey: string | null = null, settled: string | null = null) => {
      const attemptKeys = parseAttemptKeys(attemptKey, settled);
      if (attemptKeys === undefined) throw new Error("malformed attempt key");
      return sessions.renew({
        presented: { transport: "body", tokens: [token] },
        attemptKeys,
        address: "198.51.100.7",
        userAgent: "curl/8.14.1",
        now: Date.now(),
      });
    },
    /** Presents the tokens of cookie slots. */
    renewByCookie: (tokens: readonly string[]): Promise<Renewal> =>
      sessions.renew({
        presented: { transport: "cookie", tokens },
        attemptKeys: { attemptKeyHash: null, settledKeyHashes: [] },
        address: null,
        userAgent: null,
        now: Date.now(),
      }),
    /** Makes a session older, by moving its times back. */
    age: (sessionId: string, milliseconds: number) =>
      writeAll(database, [
        {
          query: database.query
            .updateTable("sessions")
            .set({
              advanced_at: sql<number>`advanced_at - ${milliseconds}`,
              created_at: sql<number>`created_at - ${milliseconds}`,
              last_seen_at: sql<number>`last_seen_at - ${milliseconds}`,
              ends_at: sql<number | null>`ends_at - ${milliseconds}`,
            })
            .where("id", "=", sessionId),
          expect: 1,
        },
      ]),
    row: async (sessionId: string) => {
      const query = database.query.selectFrom("sessions").selectAll().where("id", "=", sessionId);
      const [row] = await database.read(query);
      if (row === undefined) throw new Error("no such session");
      return row;
    },
    auditKinds: async () => {
      const query = database.query.selectFrom("audit_events").selectAll().orderBy("n");
      return database.read(query);
    },
    close: async () => {
      await database.close();
      await store.remove();
    },
  };
}

export type TestSessions = Awaited<ReturnType<typeof openTestSessions>>;

async function createUser(database: Database, name: string): Promise<Subject> {
  const id = createIdentifier();
  const now = Date.now();
  await writeAll(database, [
    {
      query: database.query.insertInto("users").values({
        id,
        email: `${name}@example.org`,
        email_verified: 1,
        username: name,
        name: null,
        password_hash: null,
        handle: createIdentifier(),
        disabled_at: null,
        created_at: now,
        updated_at: now,
      }),
      expect: 1,
    },
  ]);
  return loadSubject(database, id);
}

/** Gives a user a role with permissions; makes the role. */
export async function giveRole(
  database: Database,
  userId: string,
  role: { readonly name: string; readonly permissions: readonly string[] },
): Promise<string> {
  const handle = createIdentifier();
  const id = createIdentifier();
  const { query } = database;
  await writeAll(database, [
    {
      query: query
        .insertInto("roles")
        .values({ id, name: role.name, description: null, handle, created_at: Date.now() }),
    },
    ...role.permissions.map((permission) => ({
      query: query.insertInto("role_permissions").values({ role_id: id, permission }),
    })),
    { query: query.insertInto("user_roles").values({ user_id: userId, role_id: id }) },
  ]);
  return handle;
}

/** Reads a user that must exist. */
export async function loadSubject(database: Database, id: string): Promise<Subject> {
  const subject = await readSubject(database, { id });
  if (subject === undefined) throw new Error("no such user");
  return subject;
}
