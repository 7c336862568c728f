// A registered client: an API's guard or another service that asks about tokens. Its secret is 256
// random bits, so its SHA-256 is all that is kept: there is nothing to guess slowly.

import { createHash, randomBytes } from "node:crypto";
import type { Selectable } from "kysely";
import type { Database } from "../storage/database.ts";
import type { ClientsTable } from "../storage/schema.ts";

/** What a client is. A guard asks about access tokens of its audience and takes them back; a service also refresh tokens. */
export type ClientKind = "guard" | "service";

/** A client. Times in milliseconds. */
export interface Client {
  readonly id: string;
  readonly kind: ClientKind;
  readonly name: string;
  readonly secretHash: Uint8Array;
  readonly handle: string;
  /** Audiences of the tokens that it may ask about; empty for the server's own. */
  readonly audience: readonly string[];
  readonly createdAt: number;
  readonly secretChangedAt: number;
  readonly suspendedAt: number | null;
}

/** Bytes of a client secret. */
const SECRET_BYTES = 32;

/** Makes a secret: `lks_` and 43 characters of base64url. */
export function createClientSecret(): string {
  return `lks_${randomBytes(SECRET_BYTES).toString("base64url")}`;
}

/** What the database keeps of a secret. */
export function hashClientSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** Reads a client, or undefined when there is none. */
export async function readClient(database: Database, id: string): Promise<Client | undefined> {
  const [row] = await database.read(
    database.query.selectFrom("clients").selectAll().where("id", "=", id),
  );
  return row === undefined ? undefined : parseClient(row);
}

/** Reads clients by id. */
export async function readClients(
  database: Database,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly Client[]> {
  const rows = await database.read(
    database.query
      .selectFrom("clients")
      .selectAll()
      .where("id", ">", page.after ?? "")
      .orderBy("id")
      .limit(page.limit),
  );
  return rows.map(parseClient);
}

function parseClient(row: Selectable<ClientsTable>): Client {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    secretHash: row.secret_hash,
    handle: row.handle,
    // We wrote it: a JSON array of strings.
    audience: JSON.parse(row.audience) as string[],
    createdAt: row.created_at,
    secretChangedAt: row.secret_changed_at,
    suspendedAt: row.suspended_at,
  };
}
