// What a user, a session and a renewal cost the database: bytes on the disk, bytes of its log, forced
// writes, processor time. `latchkey capacity` computes with these figures.

import type { PostgresServer } from "../../../e2e/harness/postgres-server.ts";
import type { ServerProcess } from "../refresh/child-server.ts";
import { createPostgresFixture, hastenClock, SESSIONS_PER_USER } from "./fixture.ts";
import { ask, readTableBytes, readWork } from "./postmaster.ts";
import { drive, type Target } from "../refresh/load.ts";

/** Measured costs. */
export interface Cost {
  readonly bytesPerUser: number;
  readonly bytesPerSession: number;
  /** The same after a thousand renewals of each. */
  readonly bytesPerRenewedSession: number;
  readonly bytesPerLedgerEntry: number;
  readonly bytesPerAuditEvent: number;
  readonly walBytesPerRefresh: number;
  /** Pages that went whole into the log, which the bytes contain. */
  readonly walPagesPerRefresh: number;
  readonly syncsPerRefresh: number;
  readonly commitsPerRefresh: number;
  /** Microseconds. */
  readonly databaseCpuPerRefresh: number;
  readonly nodeCpuPerRefresh: number;
}

/** Entries and events that are written to measure their size. */
const ENTRIES = 20_000;

/** Sessions for the size of one. */
const SESSIONS = 20_000;

/** How much faster the clock runs. */
const HASTE = 20;

/** Measures; the node must run on `url`, where nothing was loaded yet. */
export async function measureCost(options: {
  readonly postgres: PostgresServer;
  readonly url: string;
  readonly startNode: (url: string) => Promise<ServerProcess>;
  /** Milliseconds of renewals. */
  readonly duration: number;
  readonly target: (tokens: readonly string[]) => Omit<Target, "port">;
}): Promise<Cost> {
  const { postgres, url } = options;
  const tables = ["users", "user_roles", "sessions", "ledger", "audit_events"] as const;
  const sizes = async (): Promise<Readonly<Record<(typeof tables)[number], number>>> => ({
    users: await readTableBytes(url, "users"),
    user_roles: await readTableBytes(url, "user_roles"),
    sessions: await readTableBytes(url, "sessions"),
    ledger: await readTableBytes(url, "ledger"),
    audit_events: await readTableBytes(url, "audit_events"),
  });
  const loaded = await createPostgresFixture(url, SESSIONS);
  const full = await sizes();
  await ask(
    url,
    `with entries as (insert into ledger select n, substr(sha256(n::text::bytea), 1, 16),
         extract(epoch from now())::bigint + 1000, sha256(n::text::bytea)
       from generate_series(1000000, ${1_000_000 + ENTRIES - 1}) n)
     insert into audit_events (id, at, kind, outcome, actor_id, user_id, session_id, address,
         user_agent, detail)
       select substr(md5(n::text), 1, 22), 0, 'session.ended', 'success', substr(md5(n::text), 1, 22),
         substr(md5(n::text), 1, 22), substr(md5(n::text), 1, 22), '192.0.2.1',
         'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0', '{}'
       from generate_series(1, ${ENTRIES}) n`,
  );
  const logged = await sizes();
  await hastenClock(url, HASTE);
  const node = await options.startNode(url);
  try {
    // A part of them, so that each is renewed often enough to see whether rows grow.
    const target = { ...options.target(loaded.slice(0, 4_000).map(({ token }) => token)) };
    const aim = { ...target, port: node.port };
    // A page that is changed for the first time after a checkpoint goes whole into the log. That depends
    // on how often there is a checkpoint, so it is computed and not measured: begin behind it.
    await ask(postgres.url, "checkpoint");
    await drive(aim, options.duration / 2);
    const before = await readWork(postgres);
    await node.start();
    const { rate } = await drive(aim, options.duration);
    const { cpu } = await node.stop();
    const after = await readWork(postgres);
    const count = (rate * options.duration) / 1000;
    const renewed = await sizes();
    const users = loaded.length / SESSIONS_PER_USER;
    return {
      bytesPerUser: (full.users + full.user_roles) / users,
      bytesPerSession: full.sessions / loaded.length,
      bytesPerRenewedSession: renewed.sessions / loaded.length,
      bytesPerLedgerEntry: (logged.ledger - full.ledger) / ENTRIES,
      bytesPerAuditEvent: (logged.audit_events - full.audit_events) / ENTRIES,
      walBytesPerRefresh: (after.walBytes - before.walBytes) / count,
      walPagesPerRefresh: (after.walPages - before.walPages) / count,
      syncsPerRefresh: (after.syncs - before.syncs) / count,
      commitsPerRefresh: (after.commits - before.commits) / count,
      databaseCpuPerRefresh: (after.cpu - before.cpu) / count,
      nodeCpuPerRefresh: cpu / count,
    };
  } finally {
    await node.end();
  }
}
