// Takes one access token back: its jti goes into the ledger, its session lives. Guards hold the
// whole ledger in memory, so single tokens are revoked only while it has room; mass changes retire
// a wider handle instead. Design section 4.

import { sql } from "kysely";
import { auditEvent } from "../audit/audit-event.ts";
import { Refusal } from "../http/refusal.ts";
import type { Ledger } from "../revocation/ledger.ts";
import type { Database } from "../storage/database.ts";
import { writeAll } from "../storage/write.ts";
import { retirementExpiry } from "./retirement.ts";

/** Live ledger entries up to which single tokens can be revoked. */
export const MAX_LEDGER_ENTRIES = 2_000_000;

/** Which token to take back, who does it, and when (milliseconds). */
export interface TokenRevocation {
  readonly jti: string;
  readonly actorId: string;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly now: number;
}

/** Revokes a token. Doing it twice is doing it once. @throws Refusal `ledger_full` */
export type RevokeAccessToken = (revocation: TokenRevocation) => Promise<void>;

/** Creates the function that revokes access tokens. */
export function createTokenRevoker(deps: {
  readonly database: Database;
  readonly ledger: Ledger;
  /** Seconds: the longest life of an access token. */
  readonly accessTokenLifetime: number;
  /** Default: {@link MAX_LEDGER_ENTRIES}. */
  readonly maxLedgerEntries?: number;
}): RevokeAccessToken {
  const { database, ledger, maxLedgerEntries = MAX_LEDGER_ENTRIES } = deps;
  return async ({ jti, ...who }) => {
    if (await ledger.isRetired([jti])) return;
    if (!(await hasRoom(database, maxLedgerEntries))) throw new Refusal("ledger_full");
    await writeAll(database, [
      auditEvent(database, {
        ...who,
        kind: "token.revoked",
        outcome: "success",
        detail: { jti },
      }),
      ...ledger.retire([jti], retirementExpiry(who.now, deps.accessTokenLifetime)),
    ]);
  };
}

// Numbers have no gaps, so head minus the lowest kept number bounds the count from above: only
// when that bound is over the limit is it worth counting.
async function hasRoom(database: Database, limit: number): Promise<boolean> {
  const [row] = await database.read(
    database.query
      .selectFrom("ledger_head as head")
      .select((eb) => [
        "head.n as head",
        eb
          .selectFrom("ledger")
          .select((inner) => inner.fn.min("ledger.n").as("lowest"))
          .as("lowest"),
      ])
      .where("head.id", "=", 1),
  );
  const lowest = row?.lowest ?? null;
  if (row === undefined || lowest === null || row.head - lowest + 1 < limit) return true;
  const [counted] = await database.read<{ count: number }>(
    database.query.selectFrom("ledger").select(sql<number>`count(*)`.as("count")),
  );
  return (counted?.count ?? 0) < limit;
}
