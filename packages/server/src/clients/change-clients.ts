// Creates, changes and deletes clients. Each change is one write with its audit event, and what
// ends a client retires its handle.

import { createIdentifier } from "@latchkey/protocol";
import { auditEvent } from "../audit/audit-event.ts";
import type { Actor } from "../authorization/actor.ts";
import type { Retire } from "../authorization/change-roles.ts";
import { retryConflict } from "../authorization/retry-conflict.ts";
import { Refusal } from "../http/refusal.ts";
import type { Database, Step } from "../storage/database.ts";
import { writeAll } from "../storage/write.ts";
import {
  type Client,
  type ClientKind,
  createClientSecret,
  hashClientSecret,
  readClient,
} from "./client.ts";

/** Clients that can exist. */
export const MAX_CLIENTS = 1000;

/** What changes of clients need. */
export interface ClientContext {
  readonly database: Database;
  readonly retire: Retire;
}

/** A client with the secret that is shown once. */
export interface ClientWithSecret {
  readonly client: Client;
  readonly secret: string;
}

/** Creates a client. @throws Refusal `invalid_request` when there are too many */
export async function createClient(
  { database }: ClientContext,
  input: { readonly kind: ClientKind; readonly name: string; readonly audience: readonly string[] },
  actor: Actor,
): Promise<ClientWithSecret> {
  const [count] = await database.read<{ count: number }>(
    database.query.selectFrom("clients").select((eb) => eb.fn.countAll<number>().as("count")),
  );
  if ((count?.count ?? 0) >= MAX_CLIENTS) {
    throw new Refusal("invalid_request", {
      errors: [{ path: "name", message: `At most ${MAX_CLIENTS} clients` }],
    });
  }
  const id = createIdentifier();
  const secret = createClientSecret();
  await writeAll(database, [
    {
      query: database.query.insertInto("clients").values({
        id,
        kind: input.kind,
        name: input.name,
        secret_hash: hashClientSecret(secret),
        handle: createIdentifier(),
        audience: JSON.stringify(input.audience),
        created_at: actor.now,
        secret_changed_at: actor.now,
        suspended_at: null,
      }),
      expect: 1,
    },
    auditClient(database, "client.created", actor, { id, kind: input.kind, name: input.name }),
  ]);
  return { client: await loadClient(database, id), secret };
}

/** Gives a client a new secret; the old one is good no more. @throws Refusal `not_found` */
export async function rotateClientSecret(
  { database }: ClientContext,
  id: string,
  actor: Actor,
): Promise<ClientWithSecret> {
  await loadClient(database, id);
  const secret = createClientSecret();
  await writeAll(database, [
    {
      query: database.query
        .updateTable("clients")
        .set({ secret_hash: hashClientSecret(secret), secret_changed_at: actor.now })
        .where("id", "=", id),
      expect: 1,
    },
    auditClient(database, "client.secret_rotated", actor, { id }),
  ]);
  return { client: await loadClient(database, id), secret };
}

/** Suspends a client, and retires its handle; or lets it act again. @throws Refusal `not_found` */
export function suspendClient(
  { database, retire }: ClientContext,
  id: string,
  isSuspended: boolean,
  actor: Actor,
): Promise<void> {
  return retryConflict(async () => {
    const client = await loadClient(database, id);
    if ((client.suspendedAt !== null) === isSuspended) return;
    const update = database.query
      .updateTable("clients")
      .set({
        suspended_at: isSuspended ? actor.now : null,
        handle: isSuspended ? createIdentifier() : client.handle,
      })
      .where("id", "=", id)
      .where("handle", "=", client.handle);
    await writeAll(database, [
      { query: update, expect: 1 },
      auditClient(database, isSuspended ? "client.suspended" : "client.resumed", actor, { id }),
      ...(isSuspended ? retire([client.handle], actor.now) : []),
    ]);
  });
}

/** Deletes a client, and retires its handle. @throws Refusal `not_found` */
export function deleteClient(
  { database, retire }: ClientContext,
  id: string,
  actor: Actor,
): Promise<void> {
  return retryConflict(async () => {
    const client = await loadClient(database, id);
    const remove = database.query
      .deleteFrom("clients")
      .where("id", "=", id)
      .where("handle", "=", client.handle);
    await writeAll(database, [
      { query: remove, expect: 1 },
      auditClient(database, "client.deleted", actor, { id }),
      ...retire([client.handle], actor.now),
    ]);
  });
}

/** Reads a client. @throws Refusal `not_found` */
export async function loadClient(database: Database, id: string): Promise<Client> {
  const client = await readClient(database, id);
  if (client === undefined) throw new Refusal("not_found");
  return client;
}

function auditClient(
  database: Database,
  kind: string,
  actor: Actor,
  client: { readonly id: string; readonly kind?: string; readonly name?: string },
): Step {
  return auditEvent(database, {
    ...actor,
    kind,
    outcome: "success",
    detail: {
      client: client.id,
      ...(client.kind === undefined ? {} : { kind: client.kind }),
      ...(client.name === undefined ? {} : { name: client.name }),
    },
  });
}
