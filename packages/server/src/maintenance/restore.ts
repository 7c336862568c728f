// Puts a backup in the place of the database. A restored database has forgotten what was taken back
// since, so nothing issued before may be believed again: a new ledger that begins by retiring every
// signing key of the backup, new handles, every session ended. All of it is one write on a copy, and
// the copy takes the database's place in one step. Design sections 3 and 4.

import { createIdentifier } from "@latchkey/protocol";
import { sql } from "kysely";
import { auditEvent } from "../audit/audit-event.ts";
import { OPERATOR } from "../authorization/actor.ts";
import { type KeyEncryptionSource, openKeyEncryption } from "../keys/open-key-encryption.ts";
import { loadStoredKeys } from "../keys/stored-keys.ts";
import { replaceLedger } from "../revocation/ledger.ts";
import type { EndReason } from "../sessions/rotation.ts";
import { type Database, DatabaseError, type Query, type Step } from "../storage/database.ts";
import { openPostgres } from "../storage/postgres/open-postgres.ts";
import { replaceDatabase } from "../storage/sqlite/replace-database.ts";
import { writeAll } from "../storage/write.ts";

/**
 * Seconds that the ledger remembers a retired signing key: longer than the key set publishes it (a
 * day) and than a guard that hears nothing uses it (another day). Whoever stole the key, and was
 * found out after the backup, signs in vain until nobody knows it any more.
 */
export const KEY_RETIREMENT: number = 3 * 24 * 60 * 60;

/** Tables whose rows own a handle. */
const OWNERS = ["users", "roles", "clients"] as const;
type Owner = (typeof OWNERS)[number];

/** Rows whose handle one statement replaces. */
const HANDLES_AT_ONCE = 10_000;

/** Milliseconds that the write of a restored PostgreSQL may take. */
const SETTLE_TIMEOUT: number = 60 * 60 * 1000;

const RESTORED: EndReason = "restored";

/** What to restore, and where. */
export interface RestoreOptions {
  /** The file that `latchkey backup` made. It is only read. */
  readonly file: string;
  /** The data directory; created when it is missing. */
  readonly directory: string;
  /** The key-encryption keys that sealed the backup's keys. */
  readonly keyEncryption: KeyEncryptionSource;
  /** Milliseconds. */
  readonly now: number;
}

/** What a restore did. */
export interface RestoreResult {
  readonly users: number;
  readonly sessionsEnded: number;
  /** Signing keys that no token is accepted from any more. */
  readonly keysRetired: number;
  /** When the newest entry of the audit log was made, in milliseconds; null without one. */
  readonly lastEventAt: number | null;
  /** Where the database that was there is now; null when there was none. */
  readonly replaced: string | null;
}

/**
 * Restores a backup. Nothing is touched unless the file is whole and its keys open.
 *
 * @throws DatabaseError backup_unusable, database_newer, data_directory_locked
 * @throws KeyEncryptionError key_encryption_key_missing, key_encryption_key_wrong
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreResult> {
  const { keyEncryption, now } = options;
  let restored: Omit<RestoreResult, "replaced"> | undefined;
  const replaced = await replaceDatabase({
    ...options,
    prepare: async (database) => {
      restored = await takeEverythingBack(database, keyEncryption, now);
    },
  });
  if (restored === undefined) throw new Error("a database took its place without preparation");
  return { ...restored, replaced };
}

/** Which restored PostgreSQL to settle. */
export interface SettleOptions {
  /** Of the owner of the tables; no node may run on it. */
  readonly url: string;
  readonly schema?: string;
  /** The key-encryption keys that sealed the backup's keys. */
  readonly keyEncryption: KeyEncryptionSource;
  /** Milliseconds. */
  readonly now: number;
}

/**
 * Makes a PostgreSQL usable that was restored from a backup by its own tools: a new ledger, new
 * handles, every session ended, as {@link restoreBackup} does with a file.
 *
 * @throws DatabaseError backup_unusable, database_newer, database_unavailable
 * @throws KeyEncryptionError key_encryption_key_missing, key_encryption_key_wrong
 */
export async function settleRestoredPostgres(
  options: SettleOptions,
): Promise<Omit<RestoreResult, "replaced">> {
  const { url, schema, keyEncryption, now } = options;
  const database = await openPostgres({
    url,
    ...(schema === undefined ? {} : { schema }),
    // One write over every user and session.
    statementTimeout: SETTLE_TIMEOUT,
    limits: { size: 1, timeout: SETTLE_TIMEOUT },
  });
  try {
    return await takeEverythingBack(database, keyEncryption, now);
  } finally {
    await database.close();
  }
}

async function takeEverythingBack(
  database: Database,
  source: KeyEncryptionSource,
  now: number,
): Promise<Omit<RestoreResult, "replaced">> {
  const { query } = database;
  const kek = await openKeyEncryption(source, { hasSealedKeys: true });
  const keys = await loadStoredKeys(database, kek);
  if (keys.length === 0) throw new DatabaseError("backup_unusable", "it holds no keys");
  const kids = keys.filter(({ purpose }) => purpose === "signing").map(({ id }) => id);
  const users = await database.read(query.selectFrom("users").select("id"));
  const [last] = await database.read(
    query.selectFrom("audit_events").select("at").orderBy("n", "desc").limit(1),
  );
  const { ledger, steps } = replaceLedger(database);
  const endSessions: Step = {
    query: query
      .updateTable("sessions")
      .set({ ended_at: sql<number>`latchkey_now()`, end_reason: RESTORED })
      .where("ended_at", "is", null),
  };
  const owners = await Promise.all(
    OWNERS.map(async (table) => {
      if (database.dialect === "postgres") return [randomHandles(query, table)];
      const rows = await database.read(query.selectFrom(table).select("id"));
      return renameHandles(query, table, rows);
    }),
  );
  const results = await writeAll(database, [
    endSessions,
    // A code that was spent after the backup would be good again.
    { query: query.deleteFrom("one_time_codes") },
    { query: query.deleteFrom("codes") },
    { query: query.deleteFrom("sign_ups") },
    // What was in them is void now, and the rest was sent long ago.
    { query: query.deleteFrom("waiting_mails") },
    ...owners.flat(),
    retireSigningKeys(database, now),
    auditEvent(database, {
      kind: "database.restored",
      outcome: "success",
      actorId: OPERATOR,
      detail: { ledger: ledger.id, backup_last_event_at: last?.at ?? null },
      now,
    }),
    ...steps,
    ...ledger.retire(kids, Math.ceil(now / 1000) + KEY_RETIREMENT),
  ]);
  return {
    users: users.length,
    sessionsEnded: results[0]?.changes ?? 0,
    keysRetired: kids.length,
    lastEventAt: last?.at ?? null,
  };
}

// A handle that was retired after the backup is back in its row. Guards remember the retirement under
// the old ledger's names, and would refuse every token made from now on.
function renameHandles(
  query: Database["query"],
  table: Owner,
  rows: readonly { readonly id: string }[],
): readonly Step[] {
  const starts = Array.from(
    { length: Math.ceil(rows.length / HANDLES_AT_ONCE) },
    (_, index) => index * HANDLES_AT_ONCE,
  );
  return starts.map((start) => {
    const some = rows.slice(start, start + HANDLES_AT_ONCE);
    const handles = JSON.stringify(
      Object.fromEntries(some.map(({ id }) => [id, createIdentifier()])),
    );
    return { query: renameQuery(query, table, handles), expect: some.length };
  });
}

function renameQuery(query: Database["query"], table: Owner, handles: string): Query {
  const update = sql`update ${sql.table(table)} set handle = renamed.value
    from json_each(${handles}) as renamed where renamed.key = ${sql.ref(`${table}.id`)}`;
  return { compile: () => update.compile(query) };
}

// PostgreSQL makes them itself: 16 random bytes in base64url, as an identifier is written.
function randomHandles(query: Database["query"], table: Owner): Step {
  const update = sql`update ${sql.table(table)} set handle =
    rtrim(translate(encode(uuid_send(gen_random_uuid()), 'base64'), '+/', '-_'), '=')`;
  return { query: { compile: () => update.compile(query) } };
}

// Each of them may have signed tokens that were taken back since, also the one that was only the
// successor when the backup was made. The next start makes new ones.
function retireSigningKeys(database: Database, now: number): Step {
  return {
    query: database.query
      .updateTable("keys")
      .set({ retired_at: now })
      .where("purpose", "=", "signing")
      .where("retired_at", "is", null),
  };
}
