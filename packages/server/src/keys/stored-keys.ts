// The rows of the keys table: reading, sealing, saving. The only file that knows both the columns
// and the plaintext of a key.

import { randomBytes } from "node:crypto";
import {
  exportPrivateJwk,
  generateKey,
  importJwk,
  type JwsAlgorithm,
  type Key,
} from "@latchkey/jose";
import { createIdentifier } from "@latchkey/protocol";
import type { Database, Query, Step } from "../storage/database.ts";
import type { KeysTable } from "../storage/schema.ts";
import { type KeyEncryption, KeyEncryptionError } from "./key-encryption.ts";
import {
  deriveRefreshKey,
  REFRESH_KEY_ALG,
  REFRESH_KEY_BYTES,
  type RefreshKey,
} from "./refresh-key.ts";
import type { KeyTimes } from "./select-keys.ts";

/** What a stored key is for. */
export type KeyPurpose = KeysTable["purpose"];

interface StoredTimes extends KeyTimes {
  /** Milliseconds. */
  readonly createdAt: number;
  /** Milliseconds; taken back, so that it is neither used nor published. */
  readonly revokedAt: number | null;
  /** Which key-encryption key seals it. */
  readonly kekId: string;
}

/** A key that signs, unsealed. */
export interface SigningKey extends StoredTimes {
  readonly purpose: "signing" | "feed";
  readonly key: Key;
}

/** A refresh key, unsealed. */
export interface StoredRefreshKey extends StoredTimes {
  readonly purpose: "refresh";
  readonly key: RefreshKey;
}

/** A stored key, unsealed. */
export type StoredKey = SigningKey | StoredRefreshKey;

/** Tells whether the database holds anything sealed. */
export async function hasSealedKeys(database: Database): Promise<boolean> {
  const rows = await database.read(database.query.selectFrom("keys").select("id").limit(1));
  return rows.length > 0;
}

/**
 * Reads and unseals all keys.
 *
 * @param known - keys that were read before: what they hold never changes, and is not unsealed again;
 * those whose times did not change either are in the answer as they are
 * @throws KeyEncryptionError key_encryption_key_wrong
 */
export async function loadStoredKeys(
  database: Database,
  keyEncryption: KeyEncryption,
  known: readonly StoredKey[] = [],
): Promise<readonly StoredKey[]> {
  const rows = await database.read(database.query.selectFrom("keys").selectAll());
  return rows.map((row) => {
    const same = known.find(({ purpose, id }) => purpose === row.purpose && id === row.id);
    if (same?.kekId !== row.kek_id) return unsealRow(row, keyEncryption);
    const times = timesOf(row);
    const isUnchanged = Object.entries(times).every(([name, value]) =>
      Object.is(Reflect.get(same, name), value),
    );
    return isUnchanged ? same : { ...same, ...times };
  });
}

/**
 * The steps that seal every key anew, under the key-encryption key that seals now. All of them are
 * one write: before it the old one opens everything, after it the new one does.
 *
 * @throws KeyEncryptionError key_encryption_key_wrong
 */
export async function resealSteps(
  database: Database,
  keyEncryption: KeyEncryption,
): Promise<readonly Step[]> {
  const rows = await database.read(database.query.selectFrom("keys").selectAll());
  return rows
    .filter((row) => row.kek_id !== keyEncryption.currentId)
    .map((row) => {
      const place = { purpose: row.purpose, id: row.id, alg: row.alg };
      const plaintext = keyEncryption.unseal({ ...place, kekId: row.kek_id }, row.sealed);
      const { kekId, sealed } = keyEncryption.seal(place, plaintext);
      plaintext.fill(0);
      const query = database.query
        .updateTable("keys")
        .set({ kek_id: kekId, sealed })
        .where("purpose", "=", row.purpose)
        .where("id", "=", row.id)
        .where("kek_id", "=", row.kek_id);
      return { query, expect: 1 };
    });
}

/** Of the nodes that make keys at once, each sees what the one before it made. */
const KEY_CHANGE = "keys";

/** A key to be made. */
export interface NewKey {
  readonly purpose: KeyPurpose;
  readonly alg: string;
  /** Milliseconds. */
  readonly activeAt: number;
  /** Milliseconds. */
  readonly now: number;
  /** For refresh keys: 0 to 255. Other keys get an identifier, which is their handle too. */
  readonly id?: string;
  /**
   * Milliseconds: the key is only made while no usable one of its purpose and algorithm becomes
   * active later than this. Of several nodes that make a successor at once, one does.
   */
  readonly onlyAfter?: number;
}

/** Generates and seals a key; answers the step that saves it. */
export async function createKeyStep(
  database: Database,
  keyEncryption: KeyEncryption,
  wanted: NewKey,
): Promise<Step> {
  const place = {
    purpose: wanted.purpose,
    id: wanted.id ?? createIdentifier(),
    alg: wanted.alg,
  };
  const plaintext = await generatePlaintext(place);
  const { kekId, sealed } = keyEncryption.seal(place, plaintext);
  plaintext.fill(0);
  const row = {
    ...place,
    kek_id: kekId,
    sealed,
    created_at: wanted.now,
    active_at: wanted.activeAt,
    retired_at: null,
    revoked_at: null,
  };
  if (wanted.onlyAfter === undefined) {
    return { query: database.query.insertInto("keys").values(row), expect: 1, alone: KEY_CHANGE };
  }
  return { query: insertUnlessLater(database, row, wanted.onlyAfter), alone: KEY_CHANGE };
}

function insertUnlessLater(database: Database, row: KeysTable, onlyAfter: number): Query {
  const { query } = database;
  const columns = Object.keys(row) as (keyof KeysTable)[];
  const later = query
    .selectFrom("keys as later")
    .select("later.id")
    .where("later.purpose", "=", row.purpose)
    .where("later.alg", "=", row.alg)
    .where("later.retired_at", "is", null)
    .where("later.active_at", ">", onlyAfter);
  const made = query
    .selectNoFrom((eb) => columns.map((name) => eb.val(row[name]).as(name)))
    .where((eb) => eb.not(eb.exists(later)));
  return query.insertInto("keys").columns(columns).expression(made);
}

async function generatePlaintext(place: {
  purpose: string;
  id: string;
  alg: string;
}): Promise<Buffer> {
  if (place.purpose === "refresh") return randomBytes(REFRESH_KEY_BYTES);
  // generateKey refuses what is not an algorithm.
  const key = await generateKey(place.alg as JwsAlgorithm, { kid: place.id });
  return Buffer.from(JSON.stringify(exportPrivateJwk(key)));
}

function timesOf(row: KeysTable): StoredTimes {
  return {
    id: row.id,
    alg: row.alg,
    kekId: row.kek_id,
    createdAt: row.created_at,
    activeAt: row.active_at,
    retiredAt: row.retired_at,
    revokedAt: row.revoked_at,
  };
}

function unsealRow(row: KeysTable, keyEncryption: KeyEncryption): StoredKey {
  const place = { purpose: row.purpose, id: row.id, alg: row.alg };
  const plaintext = keyEncryption.unseal({ ...place, kekId: row.kek_id }, row.sealed);
  const times = timesOf(row);
  try {
    if (row.purpose !== "refresh") {
      const jwk: unknown = JSON.parse(Buffer.from(plaintext).toString("utf8"));
      const key = importJwk(jwk, { alg: row.alg as JwsAlgorithm, kid: row.id });
      return { ...times, purpose: row.purpose, key };
    }
    if (row.alg !== REFRESH_KEY_ALG) throw new TypeError(`${row.alg} is no refresh key`);
    return { ...times, purpose: "refresh", key: deriveRefreshKey(Number(row.id), plaintext) };
  } catch (cause) {
    // It opened, so it is ours and untouched; only another version could have written it. The
    // cause may quote the key and stays out.
    throw new KeyEncryptionError(
      "key_encryption_key_wrong",
      `the ${row.purpose} key ${row.id} opens and is not a key of ${row.alg}`,
      cause instanceof TypeError ? { cause } : undefined,
    );
  } finally {
    plaintext.fill(0);
  }
}
