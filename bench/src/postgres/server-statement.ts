// The limit: the statement that a renewal writes, through the driver's own pool, and one ES256
// signature beside it. No HTTP, no read before the write, nothing decided. Counts what it did.

import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { Pool } from "pg";
import { reportReady } from "../refresh/control.ts";
import { CONNECTIONS } from "../refresh/load.ts";

const [url = "", poolSize = "10", padding = "800"] = process.argv.slice(2);
const pool = new Pool({ connectionString: url, max: Number(poolSize) });
const key = createPrivateKey(
  generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
    type: "pkcs8",
    format: "pem",
  }),
);
const message = Buffer.alloc(Number(padding), "a");

// As compareAndSet in packages/server/src/sessions/rotation-write.ts compiles it.
const ADVANCE = `update "sessions" set "generation" = $1, "advanced_at" = $2,
    "attempt_key_hash" = $3, "refresh_key_id" = $4, "last_seen_at" = $5, "address" = $6,
    "user_agent" = $7
  where "id" = $8 and "generation" = $9 and contested_generation is not distinct from $10
    and "advanced_at" = $11 and "ended_at" is null
    and exists (select "users"."id" from "users" where "users"."id" = "sessions"."user_id"
      and "users"."handle" = $12 and "users"."disabled_at" is null)
    and latchkey_clock() <= $13`;

interface Row {
  readonly id: string;
  readonly handle: string;
  generation: number;
  advanced_at: string;
}

const { rows } = await pool.query<Row>(
  `select s.id, u.handle, s.generation::int, s.advanced_at from sessions s join users u
     on u.id = s.user_id`,
);
let count = 0;
let over = new AbortController();
let done: Promise<unknown> = Promise.resolve();

async function advance(row: Row): Promise<void> {
  const now = String(Date.now() + count);
  sign("sha256", message, key);
  const { rowCount } = await pool.query({
    name: "advance",
    text: ADVANCE,
    values: [
      row.generation + 1,
      now,
      null,
      0,
      now,
      "192.0.2.1",
      "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0",
      row.id,
      row.generation,
      null,
      row.advanced_at,
      row.handle,
      Number.MAX_SAFE_INTEGER,
    ],
  });
  if (rowCount !== 1) throw new Error(`the statement changed ${rowCount} rows`);
  row.generation += 1;
  row.advanced_at = now;
  count += 1;
}

async function worker(first: number, signal: AbortSignal): Promise<void> {
  for (let index = first; !signal.aborted; index = (index + CONNECTIONS) % rows.length) {
    const row = rows[index];
    if (row !== undefined) await advance(row);
  }
}

reportReady(0, {
  start: () => {
    count = 0;
    over = new AbortController();
    const { signal } = over;
    // What is left of the slice before has first to end: two must never have one row.
    const work = () => Array.from({ length: CONNECTIONS }, (_, first) => worker(first, signal));
    done = done.then(() => Promise.all(work()));
    return undefined;
  },
  stop: () => {
    over.abort();
    return [count];
  },
  end: async () => {
    over.abort();
    await done;
    await pool.end();
  },
});
