// Replacing the refresh key, and deleting those that nobody can need any more. A session's row
// names the key of its current generation, but an owner may return with an older token of it, and
// a thief's must be recognised as theft. So a key is kept until every session is gone that began
// before it was replaced, whichever key its row names by then.

import type { Database, Step } from "../storage/database.ts";
import type { KeyEncryption } from "./key-encryption.ts";
import { MAX_REFRESH_KEY_ID, REFRESH_KEY_ALG } from "./refresh-key.ts";
import { createKeyStep, type StoredRefreshKey } from "./stored-keys.ts";

/**
 * Milliseconds after its replacement in which a key is kept anyway: sign-ins under way, and clocks
 * of the server and the database that differ.
 */
export const REPLACEMENT_MARGIN: number = 60 * 60 * 1000;

/** Thrown when all 256 ids are in use. */
export class NoRefreshKeyId extends Error {
  override readonly name = "NoRefreshKeyId";
}

/** A refresh key to be: it exists when its step is written. */
export interface SuccessorKey {
  readonly id: string;
  readonly step: Step;
}

/**
 * Prepares the refresh key that replaces the others from now on.
 *
 * @param now - milliseconds
 * @throws NoRefreshKeyId
 */
export async function createSuccessor(
  deps: { readonly database: Database; readonly keyEncryption: KeyEncryption },
  keys: readonly StoredRefreshKey[],
  now: number,
): Promise<SuccessorKey> {
  const id = String(freeId(keys));
  // Later than any other, also when the clock was set back or has not moved since the last one.
  const activeAt = Math.max(now, ...keys.map((key) => key.activeAt + 1));
  const wanted = { purpose: "refresh", alg: REFRESH_KEY_ALG, activeAt, now, id } as const;
  return { id, step: await createKeyStep(deps.database, deps.keyEncryption, wanted) };
}

/** The steps that delete replaced keys, each only when no session of its time is left. */
export function deleteUnused(
  database: Database,
  keys: readonly StoredRefreshKey[],
  now: number,
): readonly { readonly id: string; readonly step: Step }[] {
  const byActivation = keys.toSorted((a, b) => a.activeAt - b.activeAt);
  return byActivation.flatMap((key, index) => {
    const successor = byActivation[index + 1];
    if (successor === undefined) return [];
    const lastUse = successor.activeAt + REPLACEMENT_MARGIN;
    if (now < lastUse) return [];
    const query = database.query
      .deleteFrom("keys")
      .where("purpose", "=", "refresh")
      .where("id", "=", key.id)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb.selectFrom("sessions").select("sessions.id").where("created_at", "<", lastUse),
          ),
        ),
      );
    return [{ id: key.id, step: { query } }];
  });
}

// After the highest one, so that an id comes back as late as possible: tokens of a key that is
// gone fail the filter of another key with its id, and are garbage like any other.
function freeId(keys: readonly StoredRefreshKey[]): number {
  const used = new Set(keys.map((key) => key.key.id));
  const latest = keys.reduce((a, b) => (b.activeAt > a.activeAt ? b : a)).key.id;
  for (let step = 1; step <= MAX_REFRESH_KEY_ID + 1; step += 1) {
    const id = (latest + step) % (MAX_REFRESH_KEY_ID + 1);
    if (!used.has(id)) return id;
  }
  throw new NoRefreshKeyId("256 refresh keys are in use: end old sessions first");
}
