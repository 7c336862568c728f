// Recovery codes in the database: hashes only. A new set voids the old one.

import { Refusal } from "../../http/refusal.ts";
import type { Database, Step } from "../../storage/database.ts";
import { createRecoveryCodes, hashRecoveryCode, parseRecoveryCode } from "./recovery-code.ts";

/** Makes a new set; the codes are shown once, and count when the steps are written. */
export function replaceRecoveryCodes(
  database: Database,
  userId: string,
): { readonly codes: readonly string[]; readonly steps: readonly Step[] } {
  const codes = createRecoveryCodes();
  const rows = codes.map((code) => ({
    user_id: userId,
    code_hash: hashRecoveryCode(userId, parseRecoveryCode(code) ?? ""),
    used_at: null,
  }));
  const insert = database.query.insertInto("recovery_codes").values(rows);
  return {
    codes,
    steps: [removeRecoveryCodes(database, userId), { query: insert, expect: rows.length }],
  };
}

/** The step that voids a user's codes. */
export function removeRecoveryCodes(database: Database, userId: string): Step {
  return { query: database.query.deleteFrom("recovery_codes").where("user_id", "=", userId) };
}

/**
 * The step that spends a code. It fails on its row count when the code is wrong, of another user, or
 * used.
 *
 * @throws Refusal `factor_refused` when what was typed is no code at all
 */
export function spendRecoveryCode(
  database: Database,
  userId: string,
  attempt: { readonly typed: string; readonly now: number },
): Step {
  const code = parseRecoveryCode(attempt.typed);
  if (code === null) throw new Refusal("factor_refused");
  const query = database.query
    .updateTable("recovery_codes")
    .set({ used_at: attempt.now })
    .where("user_id", "=", userId)
    .where("code_hash", "=", hashRecoveryCode(userId, code))
    .where("used_at", "is", null);
  return { query, expect: 1 };
}

/** How many codes a user has left. */
export async function countRecoveryCodes(database: Database, userId: string): Promise<number> {
  const [row] = await database.read<{ count: number }>(
    database.query
      .selectFrom("recovery_codes")
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .where("user_id", "=", userId)
      .where("used_at", "is", null),
  );
  return row?.count ?? 0;
}
