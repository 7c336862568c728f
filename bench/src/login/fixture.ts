// Accounts that can sign in: those of the refresh suite's fixture, with a password.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createPasswordHasher } from "../../../packages/server/src/credentials/password-hash.ts";
import { createFixture } from "../refresh/fixture.ts";

/** The password of every account. */
export const PASSWORD = "seven quiet herons at dawn";

/** What the load is made of. */
export interface LoginFixture {
  /** Addresses of accounts. */
  readonly emails: readonly string[];
  /** Refresh tokens of as many sessions. */
  readonly tokens: readonly string[];
}

/** Makes a data directory. */
export async function createLoginFixture(
  directory: string,
  count: { readonly users: number; readonly tokens: number },
): Promise<LoginFixture> {
  // Four sessions are one user's.
  const sessions = Math.max(count.users * 4, count.tokens);
  const tokens = await createFixture(directory, { sessions, tokens: count.tokens });
  const hash = await createPasswordHasher().hash(PASSWORD);
  const database = new DatabaseSync(join(directory, "latchkey.db"));
  try {
    database.prepare("update users set password_hash = ?, email_verified = 1").run(hash);
    const rows = database
      .prepare("select email from users order by random() limit ?")
      .all(count.users);
    return { emails: rows.map((row) => String(row["email"])), tokens };
  } finally {
    database.close();
  }
}
