// Passkeys in the database.

import { createIdentifier } from "@latchkey/protocol";
import type { Selectable } from "kysely";
import type { Database, Step } from "../../storage/database.ts";
import type { PasskeysTable } from "../../storage/schema.ts";

/** Passkeys of one user, at most. */
export const MAX_PASSKEYS = 20;

/** Characters of a passkey's name. */
export const MAX_PASSKEY_NAME = 64;

/** A passkey. Times in milliseconds. */
export interface Passkey {
  readonly id: string;
  readonly userId: string;
  /** The authenticator's own id, base64url. */
  readonly credentialId: string;
  /** COSE. */
  readonly publicKey: Uint8Array;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly name: string;
  readonly aaguid: string;
  /** Tells whether its owner's devices share it. */
  readonly isSynced: boolean;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

/** Reads a user's passkeys, the oldest first. */
export async function readPasskeys(
  database: Database,
  userId: string,
): Promise<readonly Passkey[]> {
  const rows = await database.read(
    database.query
      .selectFrom("passkeys")
      .selectAll()
      .where("user_id", "=", userId)
      .orderBy("created_at")
      .orderBy("id"),
  );
  return rows.map(parsePasskey);
}

/** Reads a passkey by the authenticator's own id. */
export async function findPasskey(
  database: Database,
  credentialId: string,
): Promise<Passkey | undefined> {
  const [row] = await database.read(
    database.query.selectFrom("passkeys").selectAll().where("credential_id", "=", credentialId),
  );
  return row === undefined ? undefined : parsePasskey(row);
}

/** Prepares a passkey; it exists when the step is written. */
export function addPasskey(
  database: Database,
  members: Omit<Passkey, "id" | "lastUsedAt">,
): { readonly passkey: Passkey; readonly step: Step } {
  const passkey: Passkey = { ...members, id: createIdentifier(), lastUsedAt: null };
  const query = database.query.insertInto("passkeys").values({
    id: passkey.id,
    user_id: passkey.userId,
    credential_id: passkey.credentialId,
    public_key: passkey.publicKey,
    counter: passkey.counter,
    transports: JSON.stringify(passkey.transports),
    name: passkey.name,
    aaguid: passkey.aaguid,
    synced: passkey.isSynced ? 1 : 0,
    created_at: passkey.createdAt,
    last_used_at: null,
  });
  return { passkey, step: { query, expect: 1 } };
}

/**
 * The step that fails on its row count when a user has as many passkeys as one may have. Put it into
 * the write that adds one: ceremonies that were begun before were let through one by one.
 */
export function requirePasskeyRoom(database: Database, userId: string): Step {
  const query = database.query
    .updateTable("users")
    .set((eb) => ({ updated_at: eb.ref("updated_at") }))
    .where("id", "=", userId)
    .where(
      (eb) =>
        eb
          .selectFrom("passkeys")
          .select(({ fn }) => fn.countAll<number>().as("held"))
          .where("user_id", "=", userId),
      "<",
      MAX_PASSKEYS,
    );
  return { query, expect: 1 };
}

/**
 * The step that records a use. It fails on its row count when the counter moved meanwhile: of two
 * answers with one counter, one passes.
 */
export function usePasskey(
  database: Database,
  passkey: Passkey,
  use: { readonly counter: number; readonly isSynced: boolean; readonly now: number },
): Step {
  const query = database.query
    .updateTable("passkeys")
    .set({ counter: use.counter, synced: use.isSynced ? 1 : 0, last_used_at: use.now })
    .where("id", "=", passkey.id)
    .where("counter", "=", passkey.counter);
  return { query, expect: 1 };
}

/** The step that renames a user's passkey. */
export function renamePasskey(
  database: Database,
  which: { readonly id: string; readonly userId: string },
  name: string,
): Step {
  const query = database.query
    .updateTable("passkeys")
    .set({ name })
    .where("id", "=", which.id)
    .where("user_id", "=", which.userId);
  return { query, expect: 1 };
}

/** The step that removes one of a user's passkeys. */
export function removePasskey(
  database: Database,
  which: { readonly id: string; readonly userId: string },
): Step {
  const query = database.query
    .deleteFrom("passkeys")
    .where("id", "=", which.id)
    .where("user_id", "=", which.userId);
  return { query, expect: 1 };
}

/** The step that removes all of a user's passkeys. */
export function removePasskeys(database: Database, userId: string): Step {
  return { query: database.query.deleteFrom("passkeys").where("user_id", "=", userId) };
}

function parsePasskey(row: Selectable<PasskeysTable>): Passkey {
  return {
    id: row.id,
    userId: row.user_id,
    credentialId: row.credential_id,
    publicKey: row.public_key,
    counter: row.counter,
    // We wrote it: a JSON array of strings.
    transports: JSON.parse(row.transports) as string[],
    name: row.name,
    aaguid: row.aaguid,
    isSynced: row.synced === 1,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  };
}
