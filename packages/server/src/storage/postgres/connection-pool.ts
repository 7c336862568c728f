// The connections of a node, and who waits for one. Bounded in length and in patience: when the
// database is slower than what is asked of it, requests are refused early instead of piling up.

import { DatabaseError, type StepResult } from "../database.ts";
import type { Connection } from "./connection.ts";
import { failureOf } from "./failure.ts";
import type { WireStatement } from "./wire-statement.ts";

/** Milliseconds after which a connection is replaced by a new one, as soon as it is idle. */
export const CONNECTION_LIFETIME = 30 * 60 * 1000;

/** How a pool is bounded. */
export interface PoolLimits {
  /** Connections, at most. */
  readonly size: number;
  /** Requests that wait for one, at most. */
  readonly waiting: number;
  /** Milliseconds that a request waits for one. */
  readonly patience: number;
  /** Milliseconds for an answer. */
  readonly timeout: number;
}

interface Waiting {
  readonly since: number;
  readonly resolve: (connection: Connection) => void;
  readonly reject: (error: DatabaseError) => void;
}

/** Opens a connection; `onLost` is called when it has ended. */
export type Connect = (onLost: (connection: Connection) => void) => Promise<Connection>;

/** A bounded pool of connections. */
export class ConnectionPool {
  readonly #connect: Connect;
  readonly #limits: PoolLimits;
  readonly #onTrouble: (error: DatabaseError) => void;
  // The last one used is the next one used: the others may rest, and be closed.
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  #opening = 0;
  #waiting: Waiting[] = [];
  #patienceTimer: NodeJS.Timeout | undefined;
  #whenEmpty: (() => void) | undefined;
  #isClosed = false;

  constructor(
    connect: Connect,
    limits: PoolLimits,
    onTrouble: (error: DatabaseError) => void = () => undefined,
  ) {
    this.#connect = connect;
    this.#limits = limits;
    this.#onTrouble = onTrouble;
  }

  /**
   * Runs statements as one transaction, on whichever connection is free.
   *
   * @throws BatchError
   * @throws DatabaseError overloaded, database_unavailable: nothing was sent
   */
  async run(statements: readonly WireStatement[]): Promise<readonly StepResult[]> {
    const connection = this.#idle.pop() ?? (await this.#wait());
    this.#busy.add(connection);
    try {
      return await connection.run(statements, this.#limits.timeout);
    } finally {
      this.#busy.delete(connection);
      this.#release(connection);
    }
  }

  /** Closes a connection instead of using it again. */
  retireIdle(): void {
    for (const connection of this.#idle.splice(0)) void connection.close();
  }

  /** Refuses new requests, waits for those that were accepted, then closes all connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#busy.size + this.#waiting.length + this.#opening > 0) {
      await new Promise<void>((resolve) => {
        this.#whenEmpty = resolve;
      });
    }
    await Promise.all(this.#idle.splice(0).map((connection) => connection.close()));
  }

  #wait(): Promise<Connection> {
    if (this.#isClosed) {
      return Promise.reject(new DatabaseError("database_unavailable", "the database is closed"));
    }
    if (this.#waiting.length >= this.#limits.waiting) {
      return Promise.reject(
        new DatabaseError("overloaded", `${this.#limits.waiting} requests wait for a connection`),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ since: performance.now(), resolve, reject });
      this.#openMore();
      this.#watchPatience();
    });
  }

  #openMore(): void {
    const open = this.#busy.size + this.#idle.length + this.#opening;
    if (open >= this.#limits.size || this.#opening >= this.#waiting.length) return;
    this.#opening += 1;
    void this.#openOne();
  }

  async #openOne(): Promise<void> {
    try {
      const connection = await this.#connect((lost) => this.#forget(lost));
      this.#opening -= 1;
      this.#release(connection);
    } catch (cause) {
      this.#opening -= 1;
      this.#failedToOpen(failureOf(cause));
    }
  }

  // With connections at work, those who wait may still get one of them; without any, nobody will.
  #failedToOpen(error: DatabaseError): void {
    this.#onTrouble(error);
    if (this.#busy.size === 0) {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    }
    this.#tellEmpty();
  }

  #release(connection: Connection): void {
    const isOld = performance.now() - connection.openedAt > CONNECTION_LIFETIME;
    if (!connection.isUsable || isOld) {
      void connection.close();
      if (this.#waiting.length > 0) this.#openMore();
      this.#tellEmpty();
      return;
    }
    const next = this.#waiting.shift();
    if (next !== undefined) {
      next.resolve(connection);
      return;
    }
    this.#idle.push(connection);
    this.#tellEmpty();
  }

  #forget(connection: Connection): void {
    const place = this.#idle.indexOf(connection);
    if (place >= 0) this.#idle.splice(place, 1);
  }

  #watchPatience(): void {
    if (this.#patienceTimer !== undefined) return;
    this.#patienceTimer = setTimeout(() => {
      this.#patienceTimer = undefined;
      const oldest = performance.now() - this.#limits.patience;
      // In the order in which they came.
      while (this.#waiting[0] !== undefined && this.#waiting[0].since <= oldest) {
        const message = `no connection was free for ${this.#limits.patience} ms`;
        this.#waiting.shift()?.reject(new DatabaseError("overloaded", message));
      }
      if (this.#waiting.length > 0) this.#watchPatience();
      else this.#tellEmpty();
    }, this.#limits.patience / 10);
  }

  #tellEmpty(): void {
    if (this.#busy.size + this.#waiting.length + this.#opening === 0) this.#whenEmpty?.();
  }
}
