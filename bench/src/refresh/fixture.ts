// A data directory with as many sessions as wanted, and refresh tokens of a part of them. A million
// sign-ins over HTTP would take a day of password hashing, so rows are loaded as SQL and tokens are
// made with the server's own codec: the only place of the bench that reaches behind the server's
// entry point.

import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createIdentifier } from "@latchkey/protocol";
import {
  createLatchkey,
  createLogger,
  type KeyEncryptionKey,
  type LatchkeyConfig,
  openSqlite,
} from "@latchkey/server";
import { loadKeyRing } from "../../../packages/server/src/keys/key-ring.ts";
import { openKeyEncryption } from "../../../packages/server/src/keys/open-key-encryption.ts";
import type { RefreshKey } from "../../../packages/server/src/keys/refresh-key.ts";
import { issueRefreshToken } from "../../../packages/server/src/sessions/refresh-token.ts";

/** The issuer of the servers under test. */
export const ISSUER = "http://localhost:4000";

type KeySource = LatchkeyConfig["keyEncryption"];

/** Seals the keys of the fixtures. */
export const KEYS: readonly KeyEncryptionKey[] = [{ id: "bench", key: Buffer.alloc(32, 7) }];

/** Sessions of one user, unless told. */
const SESSIONS_PER_USER = 4;

/** What is loaded. */
export interface FixtureCount {
  readonly sessions: number;
  /** Sessions of which a refresh token is answered. */
  readonly tokens: number;
  readonly sessionsPerUser?: number;
  /** Of every user; without one nobody can sign in. */
  readonly passwordHash?: string;
}

/** Milliseconds since the last renewal of every session: well beyond the rotation window. */
const AGE = 3_600_000;

const USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";

/** Loads sessions into an empty directory; answers refresh tokens of `tokens` of them. */
export async function createFixture(
  directory: string,
  count: FixtureCount,
  keyEncryption: KeySource = { keys: KEYS },
): Promise<readonly string[]> {
  const refreshKey = await prepare(directory, keyEncryption);
  const file = join(directory, "latchkey.db");
  const tokens = load(file, refreshKey, count);
  settle(file);
  return tokens;
}

function load(file: string, refreshKey: RefreshKey, count: FixtureCount): readonly string[] {
  const database = new DatabaseSync(file);
  try {
    database.exec("pragma synchronous = off; pragma cache_size = -400000; begin");
    const tokens = loadSessions(database, refreshKey, count);
    database.exec("commit; pragma wal_checkpoint(truncate); analyze");
    return tokens;
  } finally {
    database.close();
  }
}

// Leaves the file as that of a server which has long been running: on the disk, and in the machine's
// memory. Otherwise the first commits of a large store would pay for its loading.
function settle(file: string): void {
  const descriptor = openSync(file, "r+");
  try {
    fsyncSync(descriptor);
    const chunk = Buffer.alloc(1024 * 1024);
    while (readSync(descriptor, chunk) > 0);
  } finally {
    closeSync(descriptor);
  }
}

// A server's first start makes the schema, the keys and the roles.
async function prepare(directory: string, source: KeySource): Promise<RefreshKey> {
  const latchkey = createLatchkey({
    issuer: ISSUER,
    data: directory,
    keyEncryption: source,
    logger: createLogger({ level: "silent" }),
  });
  await latchkey.ready();
  await latchkey.close();
  const database = await openSqlite({ directory });
  try {
    const keyEncryption = await openKeyEncryption(source, { hasSealedKeys: true });
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

function loadSessions(
  database: DatabaseSync,
  key: RefreshKey,
  count: FixtureCount,
): readonly string[] {
  const now = Date.now() - AGE;
  const roleId = createIdentifier();
  database
    .prepare("insert into roles (id, name, handle, created_at) values (?, 'doctor', ?, ?)")
    .run(roleId, createIdentifier(), now);
  for (const permission of ["appointments:read-own", "appointments:cancel-own"]) {
    database.prepare("insert into role_permissions values (?, ?)").run(roleId, permission);
  }
  const user = database.prepare(
    `insert into users (id, email, email_verified, password_hash, handle, created_at, updated_at)
     values (?, ?, 1, ?, ?, ?, ?)`,
  );
  const role = database.prepare("insert into user_roles values (?, ?)");
  const session = database.prepare(
    `insert into sessions (id, user_id, client_id, transport, generation, nonce, refresh_key_id,
       advanced_at, auth_time_at, amr, created_at, last_seen_at, user_agent, address)
     values (?, ?, 'latchkey', 'body', 0, ?, ?, ?, ?, '["pwd"]', ?, ?, ?, '192.0.2.1')`,
  );
  const every = Math.max(1, Math.floor(count.sessions / count.tokens));
  const { sessionsPerUser = SESSIONS_PER_USER, passwordHash = null } = count;
  const tokens: string[] = [];
  let userId = "";
  for (let index = 0; index < count.sessions; index += 1) {
    if (index % sessionsPerUser === 0) {
      userId = createIdentifier();
      const email = `user-${index}@clinic.example`;
      user.run(userId, email, passwordHash, createIdentifier(), now, now);
      role.run(userId, roleId);
    }
    // The table is kept in the order of these random ids, so neighbours here are strangers there.
    const id = createIdentifier();
    const nonce = randomBytes(16);
    session.run(id, userId, nonce, key.id, now, now, now, now, USER_AGENT);
    if (index % every !== 0 || tokens.length >= count.tokens) continue;
    tokens.push(issueRefreshToken({ key, sessionId: id, nonce, generation: 0 }));
  }
  return tokens;
}
