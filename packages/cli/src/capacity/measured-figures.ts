// What things cost, as measured; `latchkey capacity` and docs/scaling.md compute with these. `npm run
// bench -- postgres` measures all rows but those that say otherwise. It was run on two cores of an
// AMD EPYC, PostgreSQL 18 and the load generator beside the node: measure on a machine of yours before
// you buy by them.

/** Microseconds of processor time. */
export const CPU = {
  /**
   * Of a node, for a renewal over HTTP: all threads and the kernel's work for them. Of a node that is
   * busy with them; the first thousands of a new process cost 360.
   */
  nodePerRefresh: 220,
  /** Of the database, for a renewal: one read and one write. */
  databasePerRefresh: 340,
  /** Of a node, for a sign-in: Argon2id with 19 MiB and two passes, measured alone, and a renewal's. */
  nodePerSignIn: 28_000,
  /** Of the database, for a sign-in; estimated: three statements of a renewal's kind, and counters. */
  databasePerSignIn: 1_100,
} as const;

/** Bytes on the disk, indexes included, each as loaded 20,000 times. */
export const DISK_BYTES = {
  /** With one role and without second factors. */
  perUser: 570,
  /** Also after a thousand renewals: rows are updated in place. */
  perSession: 490,
  /** A session ended, a sign-in, a change by an administrator. */
  perAuditEvent: 525,
  perLedgerEntry: 200,
} as const;

/** Bytes of write-ahead log of a renewal, whole pages left out. */
export const WAL_BYTES_PER_REFRESH = 250;

/** The same of a sign-in: a session, an audit event, counters; estimated from the sizes of the rows. */
export const WAL_BYTES_PER_SIGN_IN = 2_500;

/**
 * A page that changes for the first time after a checkpoint goes whole into the log; and it is written
 * to its table by the next one.
 */
export const PAGE_BYTES = 8_192;

/** Commits of renewals that one forced write of the log makes durable, with 32 at once. */
export const COMMITS_PER_SYNC = 3;

/** Round trips to the database, rate limiter excluded; packages/server/test/round-trips.test.ts. */
export const ROUND_TRIPS = { perRefresh: 2, perSignIn: 3 } as const;

/** Connections of one node, by default; a renewal holds one for as long as its round trip takes. */
export const CONNECTIONS_PER_NODE = 10;

/** Ledger entries in a second, whose order one row decides; eight writers at once. */
export const LEDGER_ENTRIES_PER_SECOND = 1_600;

/** Live entries beyond which taking back single tokens is refused. */
export const MAX_LEDGER_ENTRIES = 2_000_000;

/** Bytes on the wire of a signed message of the feed, and of each entry in it. */
export const FEED_BYTES = { perMessage: 579, perEntry: 51 } as const;
