// Sessions in a PostgreSQL, and refresh tokens of them. As in refresh/fixture.ts rows are loaded as SQL,
// since a sign-in for each would take hours of password hashing; the server makes schema and keys.

import { randomBytes } from "node:crypto";
import { createIdentifier } from "@latchkey/protocol";
import { createLatchkey, createLogger, openPostgres } from "@latchkey/server";
import { Client } from "pg";
import { loadKeyRing } from "../../../packages/server/src/keys/key-ring.ts";
import { openKeyEncryption } from "../../../packages/server/src/keys/open-key-encryption.ts";
import type { RefreshKey } from "../../../packages/server/src/keys/refresh-key.ts";
import { issueRefreshToken } from "../../../packages/server/src/sessions/refresh-token.ts";
import { ISSUER, KEYS } from "../refresh/fixture.ts";

/** Sessions of one user. */
export const SESSIONS_PER_USER = 4;

/** Milliseconds since the last renewal of every session: well beyond the rotation window. */
const AGE = 3_600_000;

/** Rows that are sent at once. */
const BATCH = 4_000;

const USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";

/** A session's token and the row it is of. */
export interface LoadedSession {
  readonly id: string;
  readonly userId: string;
  readonly token: string;
}

/** Loads so many sessions into an empty database. */
export async function createPostgresFixture(
  url: string,
  sessions: number,
): Promise<readonly LoadedSession[]> {
  const refreshKey = await prepare(url);
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const now = Date.now() - AGE;
    const roleId = createIdentifier();
    await client.query(
      "insert into roles (id, name, handle, created_at) values ($1, 'doctor', $2, $3)",
      [roleId, createIdentifier(), now],
    );
    for (const permission of ["appointments:read-own", "appointments:cancel-own"]) {
      await client.query("insert into role_permissions values ($1, $2)", [roleId, permission]);
    }
    const loaded: LoadedSession[] = [];
    while (loaded.length < sessions) {
      const count = Math.min(BATCH, sessions - loaded.length);
      loaded.push(...(await loadBatch(client, { refreshKey, roleId, now, count })));
    }
    await client.query("analyze");
    return loaded;
  } finally {
    await client.end();
  }
}

/**
 * Lets the database's clock run faster from now on: a session can advance only every ten seconds by
 * that clock, and some thousand sessions are renewed in less. What asks whether a renewal was decided
 * in time goes on at the old pace, behind the other: by the fast one it would be late after a fraction
 * of a second, and the question costs the same.
 */
export async function hastenClock(url: string, factor: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const start = Date.now();
  const clock = (time: string, pace: number): string =>
    `floor(${start} + (extract(epoch from ${time}) * 1000 - ${start}) * ${pace})::bigint`;
  await client.query(
    `create or replace function latchkey_now() returns bigint language sql stable parallel safe
       return ${clock("transaction_timestamp()", factor)};
     create or replace function latchkey_clock() returns bigint language sql volatile
       return ${clock("clock_timestamp()", 1)}`,
  );
  await client.end();
}

// A server's first start makes the schema, the keys and the roles.
async function prepare(url: string): Promise<RefreshKey> {
  const latchkey = createLatchkey({
    issuer: ISSUER,
    databaseUrl: url,
    keyEncryption: { keys: KEYS },
    logger: createLogger({ level: "silent" }),
  });
  await latchkey.ready();
  await latchkey.close();
  const database = await openPostgres({ url });
  try {
    const keyEncryption = await openKeyEncryption({ keys: KEYS }, { hasSealedKeys: true });
    const keyRing = await loadKeyRing({
      database,
      keyEncryption,
      signingAlgorithm: "ES256",
      now: Date.now(),
    });
    return keyRing.currentRefreshKey();
  } finally {
    await database.close();
  }
}

interface Loading {
  readonly refreshKey: RefreshKey;
  readonly roleId: string;
  readonly now: number;
  readonly count: number;
}

async function loadBatch(
  client: Client,
  { refreshKey, roleId, now, count }: Loading,
): Promise<readonly LoadedSession[]> {
  const users = Array.from({ length: Math.ceil(count / SESSIONS_PER_USER) }, createIdentifier);
  const rows = Array.from({ length: count }, (_, index) => ({
    id: createIdentifier(),
    userId: users[Math.floor(index / SESSIONS_PER_USER)] ?? "",
    nonce: randomBytes(16),
  }));
  await client.query(
    `insert into users (id, email, email_verified, handle, created_at, updated_at)
       select id, id || '@clinic.example', 1, handle, $3, $3
         from unnest($1::text[], $2::text[]) as t (id, handle)`,
    [users, users.map(() => createIdentifier()), now],
  );
  await client.query("insert into user_roles select id, $2 from unnest($1::text[]) as t (id)", [
    users,
    roleId,
  ]);
  await client.query(
    `insert into sessions (id, user_id, client_id, transport, generation, nonce, refresh_key_id,
        advanced_at, auth_time_at, amr, created_at, last_seen_at, user_agent, address)
       select id, user_id, 'latchkey', 'body', 0, nonce, $4, $5, $5, '["pwd"]', $5, $5, $6, '192.0.2.1'
         from unnest($1::text[], $2::text[], $3::bytea[]) as t (id, user_id, nonce)`,
    [
      rows.map(({ id }) => id),
      rows.map(({ userId }) => userId),
      rows.map(({ nonce }) => nonce),
      refreshKey.id,
      now,
      USER_AGENT,
    ],
  );
  return rows.map(({ id, userId, nonce }) => ({
    id,
    userId,
    token: issueRefreshToken({ key: refreshKey, sessionId: id, nonce, generation: 0 }),
  }));
}
