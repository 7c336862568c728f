// How long access tokens live that may still be around. The configured life may have been longer
// yesterday, or be longer on another node: an entry of the ledger must outlive those tokens too.
// Each life in use is a row with the time at which a node last said so.

import type { Database } from "../storage/database.ts";
import type { Ledger } from "./ledger.ts";

/** Milliseconds between two declarations of a node. */
export const DECLARE_INTERVAL = 60_000;

/** Milliseconds that tokens may have been issued after the last declaration. */
export const DECLARE_SLACK: number = 10 * 60 * 1000;

/** The lives of tokens. Times in milliseconds, lives in seconds. */
export interface TokenLifetimes {
  /** The longest life that a live token can have. */
  longest(now: number): number;
  /** Says that this node still issues tokens of its life, and hears what others said. */
  declare(now: number): Promise<void>;
}

interface UsedLifetime {
  readonly lifetime: number;
  readonly used_at: number;
}

/** Reads the lives of tokens, and declares this node's. @param lifetime - seconds */
export async function openTokenLifetimes(
  database: Database,
  lifetime: number,
  now: number,
): Promise<TokenLifetimes> {
  let known: readonly UsedLifetime[] = [];
  let declaredAt = Number.NEGATIVE_INFINITY;

  async function declare(at: number): Promise<void> {
    if (Math.abs(at - declaredAt) < DECLARE_INTERVAL) return;
    const { query } = database;
    await database.write([
      {
        query: query
          .insertInto("token_lifetimes")
          .values({ lifetime, used_at: at })
          .onConflict((conflict) => conflict.column("lifetime").doUpdateSet({ used_at: at })),
      },
    ]);
    known = await database.read(query.selectFrom("token_lifetimes").selectAll());
    declaredAt = at;
    const over = known.filter((used) => isOver(used, at)).map((used) => used.lifetime);
    if (over.length === 0) return;
    await database.write([
      { query: query.deleteFrom("token_lifetimes").where("lifetime", "in", over) },
    ]);
  }

  await declare(now);
  return {
    declare,
    longest: (at) =>
      Math.max(lifetime, ...known.filter((used) => !isOver(used, at)).map((used) => used.lifetime)),
  };
}

function isOver(used: UsedLifetime, now: number): boolean {
  return used.used_at + used.lifetime * 1000 + DECLARE_SLACK < now;
}

/**
 * The same ledger, whose entries live long enough for tokens of every life: callers reckon with
 * `lifetime`, and what is missing to the longest is added.
 */
export function outliveTokens(
  ledger: Ledger,
  lifetimes: Pick<TokenLifetimes, "longest">,
  options: { readonly lifetime: number; readonly clock: () => number },
): Ledger {
  const { lifetime, clock } = options;
  return Object.freeze({
    get id() {
      return ledger.id;
    },
    retire: (handles, expiresAt) =>
      ledger.retire(handles, expiresAt + Math.max(0, lifetimes.longest(clock()) - lifetime)),
    outlive: (expiresAt) => ledger.outlive(expiresAt),
    isRetired: (handles) => ledger.isRetired(handles),
    readHead: () => ledger.readHead(),
    isAppend: (step) => ledger.isAppend(step),
  } satisfies Ledger);
}
