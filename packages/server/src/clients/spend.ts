// One-time tokens: a `jti` that is accepted once and never again, whichever API and whichever node
// it is shown to. Spending is one insert under a unique key, so of any number at once exactly one
// wins; a store that fails is a refusal. The table is bounded and swept. RFC 7519 section 4.1.7.

import { sql } from "kysely";
import { Refusal } from "../http/refusal.ts";
import { LEDGER_LEEWAY } from "../revocation/read-ledger.ts";
import type { Database } from "../storage/database.ts";
import { WriteConflict } from "../storage/write.ts";
import type { FindTokenDeps, FoundToken } from "./find-token.ts";

/** Spent tokens that are remembered at once. */
export const MAX_SPENT_TOKENS = 1_000_000;

/** Rows deleted by one sweep, at most. */
export const SWEEP_SPENT = 1000;

type AccessToken = Extract<FoundToken, { type: "access_token" }>;

/** Tells whether a token was taken back, or was a one-time token that is used up. */
export async function isRetiredOrSpent(deps: FindTokenDeps, token: AccessToken): Promise<boolean> {
  if (await deps.ledger.isRetired(token.handles)) return true;
  const { database } = deps;
  const spent = await database.read(
    database.query.selectFrom("spent_tokens").select("jti").where("jti", "=", token.jti),
  );
  return spent.length > 0;
}

/**
 * Spends a token. False when it was spent before.
 *
 * @throws Refusal `spent_tokens_full`
 * @throws DatabaseError
 */
export async function spendToken(
  database: Database,
  token: Pick<AccessToken, "jti" | "expiresAt">,
  limit: number = MAX_SPENT_TOKENS,
): Promise<boolean> {
  const { query } = database;
  // PostgreSQL before 16 demands a name for it.
  const isRoom = sql<boolean>`(select count(*) from (
    select 1 from spent_tokens limit ${limit}) as held) < ${limit}`;
  const insert = query
    .insertInto("spent_tokens")
    .columns(["jti", "expires_at"])
    .expression((eb) =>
      eb
        .selectFrom("ledger_head")
        .select([eb.val(token.jti).as("jti"), eb.val(token.expiresAt).as("expires_at")])
        .where("id", "=", 1)
        .where(isRoom),
    );
  const outcome = await database.write([{ query: insert, expect: 1 }]);
  if (outcome.committed) return true;
  if (outcome.reason === "unique") return false;
  if (outcome.reason === "row-count") throw new Refusal("spent_tokens_full");
  throw new WriteConflict(outcome);
}

/** Forgets spent tokens that have expired for every clock. @param now - milliseconds */
export async function sweepSpentTokens(database: Database, now: number): Promise<number> {
  const expired = database.query
    .selectFrom("spent_tokens")
    .select("jti")
    .where("expires_at", "<", Math.floor(now / 1000) - LEDGER_LEEWAY)
    .limit(SWEEP_SPENT);
  const outcome = await database.write([
    { query: database.query.deleteFrom("spent_tokens").where("jti", "in", expired) },
  ]);
  return outcome.committed ? (outcome.results[0]?.changes ?? 0) : 0;
}
