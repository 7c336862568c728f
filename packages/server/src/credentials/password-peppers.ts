// Peppers: secrets that go into every password hash and are kept apart from the database, so that a
// stolen copy of it cannot be guessed at. Each has an id, which stands in the hashes made with it;
// the current one makes new hashes, and a sign-in moves an older hash to it. NIST SP 800-63B-4
// section 3.1.1.2 calls it a keyed hash with a key stored separately.

import { createHmac, timingSafeEqual } from "node:crypto";
import type { Database } from "../storage/database.ts";
import { writeAll } from "../storage/write.ts";
import { PEPPER_ID } from "./phc.ts";

/** Bytes of a pepper, at least and at most. */
export const PEPPER_BYTES = { least: 32, most: 64 } as const;

/** Peppers that may be configured at once. */
export const MAX_PEPPERS = 16;

const CHECK_BYTES = 16;

/** A pepper with its id. */
export interface Pepper {
  /** 1 to 8 of A-Z, a-z, 0-9, `-` and `_`. */
  readonly id: string;
  /** 32 to 64 random bytes. */
  readonly key: Uint8Array;
}

/** The peppers of a server. */
export interface PepperSource {
  readonly keys: readonly Pepper[];
  /** The id of the one for new hashes; null makes new hashes without. Default: the first. */
  readonly current?: string | null;
}

/** Checked peppers. */
export interface Peppers {
  readonly current: Pepper | null;
  readonly byId: ReadonlyMap<string, Uint8Array>;
}

/** Peppers of a server that has none. */
export const NO_PEPPERS: Peppers = { current: null, byId: new Map() };

/** Why peppers cannot be used. */
export type PepperErrorCode = "password_pepper_missing" | "password_pepper_wrong";

/** Thrown at the start, when accounts could not sign in with the configured peppers. */
export class PepperError extends Error {
  override readonly name = "PepperError";
  readonly code: PepperErrorCode;

  constructor(code: PepperErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Checks configured peppers.
 *
 * @throws TypeError when an id or a key is unusable, or `current` names none
 */
export function resolvePeppers(source: PepperSource | undefined): Peppers {
  if (source === undefined) return NO_PEPPERS;
  const byId = new Map<string, Uint8Array>();
  if (source.keys.length > MAX_PEPPERS) throw new TypeError(`more than ${MAX_PEPPERS} peppers`);
  for (const { id, key } of source.keys) {
    if (!PEPPER_ID.test(id)) throw new TypeError("a pepper's id is 1 to 8 of A-Z a-z 0-9 - _");
    if (byId.has(id)) throw new TypeError(`two peppers have the id ${id}`);
    if (key.length < PEPPER_BYTES.least || key.length > PEPPER_BYTES.most) {
      throw new TypeError(
        `pepper ${id} is not ${PEPPER_BYTES.least} to ${PEPPER_BYTES.most} bytes`,
      );
    }
    byId.set(id, new Uint8Array(key));
  }
  const { current = source.keys[0]?.id ?? null } = source;
  if (current === null) return { current: null, byId };
  const key = byId.get(current);
  if (key === undefined) throw new TypeError(`there is no pepper with the id ${current}`);
  return { current: { id: current, key }, byId };
}

/**
 * Compares the configured peppers with those that hashes were made with, and notes new ones. A
 * server that lacks one would refuse good passwords as wrong: it does not start instead.
 *
 * @param now - milliseconds
 * @throws PepperError `password_pepper_missing`, `password_pepper_wrong`
 */
export async function checkPeppers(
  database: Database,
  peppers: Peppers,
  now: number,
): Promise<void> {
  const { query } = database;
  const known = await database.read(query.selectFrom("password_peppers").selectAll());
  for (const { id, check_value: stored } of known) {
    const key = peppers.byId.get(id);
    if (key === undefined) {
      if (await isPepperUsed(database, id)) {
        throw new PepperError(
          "password_pepper_missing",
          `passwords were hashed with the pepper "${id}", which is not configured`,
        );
      }
    } else if (!timingSafeEqual(stored, checkValue({ id, key }))) {
      throw new PepperError(
        "password_pepper_wrong",
        `the pepper "${id}" is not the one that passwords were hashed with`,
      );
    }
  }
  const { current } = peppers;
  if (current === null || known.some(({ id }) => id === current.id)) return;
  const values = { id: current.id, check_value: checkValue(current), created_at: now };
  const insert = query.insertInto("password_peppers").values(values);
  // Another node may note it in the same moment.
  await writeAll(database, [{ query: insert.onConflict((c) => c.column("id").doNothing()) }]);
}

/** The text that a hash made with a pepper holds, and no other. */
export function keyIdText(id: string): string {
  return `,keyid=${Buffer.from(id, "latin1").toString("base64").replace(/=+$/, "")}$`;
}

async function isPepperUsed(database: Database, id: string): Promise<boolean> {
  const rows = await database.read(
    database.query
      .selectFrom("users")
      .select("id")
      // The text has no `%`, `_` or backslash: it is base64.
      .where("password_hash", "like", `$argon2%${keyIdText(id)}%`)
      .limit(1),
  );
  return rows.length > 0;
}

function checkValue({ id, key }: Pepper): Buffer {
  return createHmac("sha256", key)
    .update("latchkey password pepper\0")
    .update(id)
    .digest()
    .subarray(0, CHECK_BYTES);
}
