// How many nodes and what database so many users need: arithmetic over measured-figures.ts, apart from
// the command so that docs/scaling.md can be checked against it.

import {
  COMMITS_PER_SYNC,
  CONNECTIONS_PER_NODE,
  CPU,
  DISK_BYTES,
  FEED_BYTES,
  LEDGER_ENTRIES_PER_SECOND,
  MAX_LEDGER_ENTRIES,
  PAGE_BYTES,
  ROUND_TRIPS,
  WAL_BYTES_PER_REFRESH,
  WAL_BYTES_PER_SIGN_IN,
} from "./measured-figures.ts";

/** The share of a machine that is planned with: the rest is for peaks, and for a node that is gone. */
export const PLANNED_SHARE = 0.6;

/** Nodes, at least: one may be gone. */
export const MIN_NODES = 2;

/** Cores of a large database server of today; beyond them the sessions are divided. */
export const DATABASE_CORES = 64;

/** Bytes of log in a second that one server and its standby keep up with. */
export const DATABASE_WAL_RATE = 200_000_000;

/** Seconds between two checkpoints: what to set `checkpoint_timeout` to, not PostgreSQL's default. */
export const CHECKPOINT_INTERVAL = 900;

/** Days that an audit event, and an ended session, is kept by default. */
export const AUDIT_DAYS = 400;
export const ENDED_SESSION_DAYS = 30;

/** Seconds that an access token lives by default; so long does what was taken back stay in the ledger. */
export const ACCESS_TOKEN_LIFETIME = 900;

/** Sign-ins of a user in a day unless told otherwise: sessions last, so few are needed. */
export const SIGN_INS_PER_USER_AND_DAY = 0.1;

const DAY = 86_400;

/** Who uses it, and how. */
export interface Demand {
  readonly users: number;
  readonly sessionsPerUser: number;
  /** Seconds between two renewals of a session in use. */
  readonly refreshInterval: number;
  /** Of all users together. Default: {@link SIGN_INS_PER_USER_AND_DAY} each. */
  readonly signInsPerDay?: number;
  /** Share of the sessions that are in use at the busiest time. Default: 1. */
  readonly activeShare?: number;
}

/** What that comes to. Rates are per second, sizes in bytes. */
export interface Capacity {
  readonly refreshes: number;
  readonly signIns: number;
  readonly node: {
    /** Cores that are busy with renewals, and with hashing passwords. */
    readonly refreshCores: number;
    readonly signInCores: number;
    /** Processes, of which each renews on one core. */
    readonly count: number;
    /** Cores of each, for hashing beside it. */
    readonly cores: number;
    readonly connections: number;
  };
  readonly database: {
    /** Servers with sessions of their own; 1 needs no division. */
    readonly partitions: number;
    /** Cores of all of them together, planned share included. */
    readonly cores: number;
    readonly roundTrips: number;
    readonly walRate: number;
    /** Forced writes of the log. */
    readonly syncs: number;
    /** Pages written to the tables. */
    readonly pageWrites: number;
    readonly diskBytes: number;
    /** What should fit into memory: users and sessions in use. */
    readonly hotBytes: number;
  };
  readonly ledger: {
    /** Entries, when every sign-in ends in a sign-out. */
    readonly entries: number;
    readonly liveEntries: number;
    /** Bytes per second to each guard. */
    readonly feedRate: number;
    /** Whether one ledger is enough for it. */
    readonly isEnough: boolean;
  };
}

/** Seconds between two messages of a feed that says nothing new. */
const HEARTBEAT = 5;

/** Computes. */
export function computeCapacity(demand: Demand): Capacity {
  const { users, sessionsPerUser, refreshInterval, activeShare = 1 } = demand;
  const signInsPerDay = demand.signInsPerDay ?? users * SIGN_INS_PER_USER_AND_DAY;
  const sessions = users * sessionsPerUser;
  const active = sessions * activeShare;
  const refreshes = active / refreshInterval;
  const signIns = signInsPerDay / DAY;

  const refreshCores = (refreshes * CPU.nodePerRefresh) / 1e6;
  const signInCores = (signIns * CPU.nodePerSignIn) / 1e6;
  const count = Math.max(MIN_NODES, Math.ceil(refreshCores / PLANNED_SHARE));
  const cores = 1 + Math.max(1, Math.ceil(signInCores / PLANNED_SHARE / count));

  const busyCores =
    (refreshes * CPU.databasePerRefresh + signIns * CPU.databasePerSignIn) / 1e6 / PLANNED_SHARE;
  const pageWrites = changedPages(active, refreshInterval) / CHECKPOINT_INTERVAL;
  const walRate =
    refreshes * WAL_BYTES_PER_REFRESH + signIns * WAL_BYTES_PER_SIGN_IN + pageWrites * PAGE_BYTES;
  const entries = signIns;
  const liveEntries = entries * ACCESS_TOKEN_LIFETIME;
  const hotBytes = users * DISK_BYTES.perUser + active * DISK_BYTES.perSession;
  return {
    refreshes,
    signIns,
    node: {
      refreshCores,
      signInCores,
      count,
      cores,
      connections: count * CONNECTIONS_PER_NODE,
    },
    database: {
      partitions: Math.max(
        1,
        Math.ceil(busyCores / DATABASE_CORES),
        Math.ceil(walRate / DATABASE_WAL_RATE),
      ),
      cores: Math.max(2, Math.ceil(busyCores)),
      roundTrips: refreshes * ROUND_TRIPS.perRefresh + signIns * ROUND_TRIPS.perSignIn,
      walRate,
      syncs: (refreshes + signIns) / COMMITS_PER_SYNC,
      pageWrites,
      diskBytes:
        users * DISK_BYTES.perUser +
        (sessions + signInsPerDay * ENDED_SESSION_DAYS) * DISK_BYTES.perSession +
        // A sign-in and its sign-out.
        signInsPerDay * 2 * AUDIT_DAYS * DISK_BYTES.perAuditEvent +
        liveEntries * DISK_BYTES.perLedgerEntry,
      hotBytes,
    },
    ledger: {
      entries,
      liveEntries,
      feedRate: entries * FEED_BYTES.perEntry + messages(entries) * FEED_BYTES.perMessage,
      isEnough: entries <= LEDGER_ENTRIES_PER_SECOND && liveEntries <= MAX_LEDGER_ENTRIES,
    },
  };
}

// Pages of sessions in use that change between two checkpoints: all, or as many as there are renewals
// when a session is renewed less often than that.
function changedPages(active: number, refreshInterval: number): number {
  const pages = (active * DISK_BYTES.perSession) / PAGE_BYTES;
  const renewalsOfEach =
    ((CHECKPOINT_INTERVAL / refreshInterval) * PAGE_BYTES) / DISK_BYTES.perSession;
  // Renewals fall on pages at random: some on one that has changed already.
  return pages * (1 - Math.exp(-renewalsOfEach));
}

// At most one for each entry, and no more than followers are woken: every 20 ms at the busiest.
function messages(entries: number): number {
  return Math.min(50, Math.max(1 / HEARTBEAT, entries));
}
