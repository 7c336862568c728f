// Mails that wait for a mail server, in the database: they outlast the process, and any node sends
// them. A mail holds links and codes, which open accounts, so a row is sealed by the key-encryption
// key, shows neither recipient nor kind, and lives no longer than what is in it.
//
// Who sends: whoever claims a row, by moving the time when it is due from what was read. A claim runs
// out by itself, so a mail is sent at least once, and twice at worst when a node dies in between.

import { createIdentifier } from "@latchkey/protocol";
import {
  type KeyEncryption,
  KeyEncryptionError,
  type SealedPlace,
} from "../keys/key-encryption.ts";
import type { Database, Step } from "../storage/database.ts";
import { writeAll } from "../storage/write.ts";
import type { Mail } from "./mail.ts";

/** Mails that the database keeps, at most. */
export const STORED_MAILS = 1000;

/** Mails claimed at once. */
export const CLAIMED_MAILS = 20;

/** Milliseconds that a claim holds: longer than any try takes. */
export const MAIL_CLAIM: number = 5 * 60_000;

/** Milliseconds that a mail without a code in it is kept: a while longer than the last try. */
export const MAIL_LIFE: number = 3 * 60 * 60_000;

/** A mail that waited. */
export interface StoredMail {
  readonly id: string;
  readonly mail: Mail;
  /** Tries so far. */
  readonly tries: number;
}

/** When a mail is to be tried. */
export interface MailWait {
  readonly tries: number;
  /** Milliseconds. */
  readonly dueAt: number;
}

/** The mails of a database. */
export interface StoredMails {
  /** Keeps a mail; false when there are too many. @param now - milliseconds */
  keep(mail: Mail, wait: MailWait, now: number): Promise<boolean>;
  /** Claims mails that are due; those that are worth nothing any more are left to the sweeper. */
  claim(now: number): Promise<readonly StoredMail[]>;
  /** Gives a claimed mail back, for later. */
  postpone(id: string, wait: MailWait): Promise<void>;
  /** Deletes a mail that is done with. */
  remove(id: string): Promise<void>;
}

/** What stored mails need. */
export interface StoredMailsContext {
  readonly database: Database;
  /** The key-encryption key of the moment: a rotation replaces it. */
  readonly keyEncryption: () => KeyEncryption;
}

/** Opens the mails of a database. */
export function openStoredMails(context: StoredMailsContext): StoredMails {
  const { database, keyEncryption } = context;
  const { query } = database;
  return {
    async keep(mail, { tries, dueAt }, now) {
      const [held] = await database.read(
        query.selectFrom("waiting_mails").select(({ fn }) => fn.countAll<number>().as("count")),
      );
      // Racing nodes may pass it by a few: a bound for the disk, not a promise.
      if ((held?.count ?? 0) >= STORED_MAILS) return false;
      const id = createIdentifier();
      const plaintext = new TextEncoder().encode(JSON.stringify(mail));
      const { kekId, sealed } = keyEncryption().seal(placeOf(id), plaintext);
      const row = { id, kek_id: kekId, sealed, tries, due_at: dueAt };
      const expiresAt = mail.until ?? now + MAIL_LIFE;
      const insert = query.insertInto("waiting_mails").values({ ...row, expires_at: expiresAt });
      await writeAll(database, [{ query: insert, expect: 1 }]);
      return true;
    },

    async claim(now) {
      const rows = await database.read(
        query
          .selectFrom("waiting_mails")
          .selectAll()
          .where("due_at", "<=", now)
          .where("expires_at", ">", now)
          .orderBy("due_at")
          .limit(CLAIMED_MAILS),
      );
      const claimed: StoredMail[] = [];
      for (const { id, kek_id: kekId, sealed, tries, due_at: dueAt } of rows) {
        const claim = query
          .updateTable("waiting_mails")
          .set({ due_at: now + MAIL_CLAIM })
          .where("id", "=", id)
          .where("due_at", "=", dueAt);
        const outcome = await database.write([{ query: claim, expect: 1 }]);
        const mail = outcome.committed ? unseal(keyEncryption(), { id, kekId }, sealed) : undefined;
        if (mail !== undefined) claimed.push({ id, mail, tries });
      }
      return claimed;
    },

    async postpone(id, { tries, dueAt }) {
      const update = query
        .updateTable("waiting_mails")
        .set({ tries, due_at: dueAt })
        .where("id", "=", id);
      await writeAll(database, [{ query: update }]);
    },

    async remove(id) {
      await writeAll(database, [{ query: query.deleteFrom("waiting_mails").where("id", "=", id) }]);
    },
  };
}

/** Seals every waiting mail under the key-encryption key that seals now; answers how many. */
export async function resealMails({
  database,
  keyEncryption,
}: StoredMailsContext): Promise<number> {
  const { query } = database;
  const keys = keyEncryption();
  const rows = await database.read(
    query.selectFrom("waiting_mails").selectAll().where("kek_id", "!=", keys.currentId),
  );
  const steps = rows.map(({ id, kek_id: old, sealed }): Step => {
    const plaintext = keys.unseal({ ...placeOf(id), kekId: old }, sealed);
    const again = keys.seal(placeOf(id), plaintext);
    const set = { kek_id: again.kekId, sealed: again.sealed };
    return { query: query.updateTable("waiting_mails").set(set).where("id", "=", id) };
  });
  if (steps.length > 0) await writeAll(database, steps);
  return rows.length;
}

// Undefined when it was sealed by a key that only another node has seen yet: that one claims it later.
function unseal(
  keys: KeyEncryption,
  { id, kekId }: { readonly id: string; readonly kekId: string },
  sealed: Uint8Array,
): Mail | undefined {
  try {
    const bytes = keys.unseal({ ...placeOf(id), kekId }, sealed);
    // Only `keep` writes it, and the seal vouches for that.
    return JSON.parse(new TextDecoder().decode(bytes)) as Mail;
  } catch (error) {
    if (error instanceof KeyEncryptionError) return undefined;
    throw error;
  }
}

function placeOf(id: string): SealedPlace {
  return { purpose: "mail", id, alg: "JSON" };
}
