// Finds what a presented token or code stands for, and makes the step that spends it. Spending is
// part of the write that does what the code is for: of any number of racing requests one commits,
// and when that write fails, the code is as it was.

import { timingSafeEqual } from "node:crypto";
import type { Selectable } from "kysely";
import { Refusal } from "../http/refusal.ts";
import type { Database, Step, WriteOutcome } from "../storage/database.ts";
import type { CodesTable } from "../storage/schema.ts";
import { type CodePurpose } from "./code-purposes.ts";
import { type CodeContext, hashDigits, hashToken } from "./issue-code.ts";

/** Tries at the six digits of one code. The link of the same mail does not count. */
export const MAX_CODE_ATTEMPTS = 5;

/** A code that was presented and is not spent yet. */
export interface LiveCode {
  readonly id: string;
  readonly purpose: CodePurpose;
  readonly owner: string;
  readonly address: string;
  readonly userId: string | null;
  readonly boundTo: string | null;
  readonly sessionId: string | null;
  /** Whether it was six digits and not a link. */
  readonly isDigits: boolean;
}

const columns = [
  ...(["id", "purpose", "owner", "address", "user_id", "bound_to", "session_id"] as const),
  ...(["code_hash", "key_id"] as const),
] as const;

type CodeRow = Pick<Selectable<CodesTable>, (typeof columns)[number]>;

/**
 * Finds the code of a link's token.
 *
 * @throws Refusal `code_invalid`: unknown, spent, late, or of another purpose, without telling which
 */
export async function findLinkCode(
  database: Database,
  purposes: readonly CodePurpose[],
  presented: { readonly token: string; readonly now: number },
): Promise<LiveCode> {
  const rows = await database.read<CodeRow>(
    database.query
      .selectFrom("codes")
      .select(columns)
      .where("token_hash", "=", hashToken(presented.token))
      .where("purpose", "in", purposes)
      .where("expires_at", ">", presented.now),
  );
  if (rows[0] === undefined) throw new Refusal("code_invalid");
  return liveCode(rows[0], false);
}

/**
 * Checks six digits. The try is counted before they are compared, in one statement that holds only
 * while tries are left: racing guesses are counted each.
 *
 * @throws Refusal `code_invalid`: wrong, none asked for, spent, late, or tried too often
 */
export async function checkDigits(
  { database, codeKeys }: CodeContext,
  presented: {
    readonly purpose: CodePurpose;
    readonly owner: string;
    readonly code: string;
    readonly now: number;
  },
): Promise<LiveCode> {
  const { purpose, owner, code, now } = presented;
  const count = database.query
    .updateTable("codes")
    .set((eb) => ({ attempts: eb("attempts", "+", 1) }))
    .where("purpose", "=", purpose)
    .where("owner", "=", owner)
    .where("attempts", "<", MAX_CODE_ATTEMPTS)
    .where("expires_at", ">", now)
    .where("code_hash", "is not", null)
    .returning(columns);
  const outcome = await database.write([{ query: count, expect: 1 }]);
  // The statement's own RETURNING names these columns.
  const row = outcome.committed ? (outcome.results[0]?.rows[0] as CodeRow | undefined) : undefined;
  if (row === undefined || row.code_hash === null) throw new Refusal("code_invalid");
  const key = codeKeys.refreshKey(row.key_id);
  if (key === undefined) throw new Refusal("code_invalid");
  if (!timingSafeEqual(row.code_hash, hashDigits(key, row.id, code))) {
    throw new Refusal("code_invalid");
  }
  return liveCode(row, true);
}

/** The step that spends a code; it fails when somebody else was faster. Put it first. */
export function spendCodeStep(database: Database, code: LiveCode): Step {
  return { query: database.query.deleteFrom("codes").where("id", "=", code.id), expect: 1 };
}

/** Throws `code_invalid` when a write failed because its first step found the code spent. */
export function refuseSpent(outcome: WriteOutcome): void {
  if (!outcome.committed && outcome.reason === "row-count" && outcome.failed === 0) {
    throw new Refusal("code_invalid");
  }
}

/**
 * Takes the last try back: the digits were right, and what came with them was not. Only who has
 * the code can make it happen.
 */
export async function giveBackTry(database: Database, code: LiveCode): Promise<void> {
  if (!code.isDigits) return;
  await database.write([
    {
      query: database.query
        .updateTable("codes")
        .set((eb) => ({ attempts: eb("attempts", "-", 1) }))
        .where("id", "=", code.id)
        .where("attempts", ">", 0),
    },
  ]);
}

/** The step that voids codes: all of a user, or those of some purposes. */
export function voidCodesStep(
  database: Database,
  of: { readonly userId: string; readonly purposes?: readonly CodePurpose[] },
): Step {
  const query = database.query.deleteFrom("codes").where("user_id", "=", of.userId);
  return { query: of.purposes === undefined ? query : query.where("purpose", "in", of.purposes) };
}

function liveCode(row: CodeRow, isDigits: boolean): LiveCode {
  return {
    id: row.id,
    // Only issueCode writes the column.
    purpose: row.purpose as CodePurpose,
    owner: row.owner,
    address: row.address,
    userId: row.user_id,
    boundTo: row.bound_to,
    sessionId: row.session_id,
    isDigits,
  };
}
