// Leases: of many nodes, one at a time holds the right to do something. Time is the database's, so
// clocks of nodes do not matter. A holder that was paused and comes back late finds its fencing number
// replaced: a write that carries `fenceStep` does not happen then, whatever the node believes.

import { createIdentifier } from "@latchkey/protocol";
import { sql } from "kysely";
import type { Database, Step } from "./database.ts";

/** A lease as its holder has it. */
export interface Lease {
  readonly name: string;
  /** Grows with each change of the holder. */
  readonly fence: number;
}

/** The leases of one node. */
export interface Leases {
  /**
   * Takes a lease that is free, expired or already held, for some milliseconds from now; undefined
   * when another node holds it.
   */
  acquire(name: string, milliseconds: number): Promise<Lease | undefined>;
  /** A step that fails on its row count when the lease is another's now; it stays held until the commit. */
  fenceStep(lease: Lease): Step;
  /** Gives a lease back, if it is still held. */
  release(lease: Lease): Promise<void>;
}

/** Creates the leases of a node, under a name of its own. */
export function createLeases(database: Database, holder: string = createIdentifier()): Leases {
  const { query } = database;
  return {
    async acquire(name, milliseconds) {
      const until = sql<number>`latchkey_now() + ${milliseconds}`;
      const outcome = await database.write([
        {
          query: query
            .insertInto("leases")
            .values({ name, holder, fence: 1, expires_at: until })
            .onConflict((conflict) =>
              conflict
                .column("name")
                .doUpdateSet({
                  holder,
                  fence: sql<number>`leases.fence
                    + case when leases.holder = ${holder} then 0 else 1 end`,
                  expires_at: until,
                })
                .where((eb) =>
                  eb.or([
                    eb("leases.holder", "=", holder),
                    eb("leases.expires_at", "<", sql<number>`latchkey_now()`),
                  ]),
                ),
            )
            .returning("fence"),
        },
      ]);
      const row = outcome.committed ? outcome.results[0]?.rows[0] : undefined;
      return row === undefined ? undefined : { name, fence: Number(row["fence"]) };
    },

    fenceStep: ({ name, fence }) => ({
      query: query
        .updateTable("leases")
        .set({ holder })
        .where("name", "=", name)
        .where("holder", "=", holder)
        .where("fence", "=", fence),
      expect: 1,
    }),

    async release({ name, fence }) {
      await database.write([
        {
          query: query
            .updateTable("leases")
            .set({ expires_at: 0 })
            .where("name", "=", name)
            .where("holder", "=", holder)
            .where("fence", "=", fence),
        },
      ]);
    },
  };
}
