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
import type { Database, Step } from "../storage/database.ts";
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
 * @throws KeyEncryptionError key_encryption_key_wrong
 */
export async function loadStoredKeys(
  database: Database,
  keyEncryption: KeyEncryption,
): Promise<readonly StoredKey[]> {
  const rows = await database.read(database.query.selectFrom("keys").selectAll());
  return rows.map((row) => unsealRow(row, keyEncryption));
}

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
  return {
    query: database.query.insertInto("keys").values({
      ...place,
      kek_id: kekId,
      sealed,
      created_at: wanted.now,
      active_at: wanted.activeAt,
      retired_at: null,
    }),
    expect: 1,
  };
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

function unsealRow(row: KeysTable, keyEncryption: KeyEncryption): StoredKey {
  const place = { purpose: row.purpose, id: row.id, alg: row.alg };
  const plaintext = keyEncryption.unseal({ ...place, kekId: row.kek_id }, row.sealed);
  const times = {
    id: row.id,
    alg: row.alg,
    createdAt: row.created_at,
    activeAt: row.active_at,
    retiredAt: row.retired_at,
  };
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
