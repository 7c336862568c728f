// One connection to the server, through the driver `pg`: it sends batches, one after the other, and
// is closed when an answer takes too long, since nobody can tell then what it would answer to.

import type { Client, ClientConfig, Submittable } from "pg";
import type { StepResult } from "../database.ts";
import { Batch, BatchError, type WireConnection } from "./batch.ts";
import { loadDriver } from "./driver.ts";
import { PreparedStatements, type StatementNames } from "./prepared-statements.ts";
import type { WireStatement } from "./wire-statement.ts";

/** Thrown when the server did not answer in time; what it did is not known. */
export class AnswerTimeout extends Error {
  override readonly name = "AnswerTimeout";
}

/** An open connection. */
export interface Connection {
  /** When it was opened, by `performance.now()`. */
  readonly openedAt: number;
  /** False once it is of no use any more. */
  readonly isUsable: boolean;
  /**
   * Runs statements as one transaction.
   *
   * @param timeout - milliseconds
   * @throws BatchError
   */
  run(statements: readonly WireStatement[], timeout: number): Promise<readonly StepResult[]>;
  /** Says goodbye, or hangs up when that takes too long. */
  close(): Promise<void>;
  /** Hangs up. */
  destroy(): void;
}

/** Milliseconds that a goodbye may take. */
const GOODBYE_PATIENCE = 1_000;

/**
 * Connects.
 *
 * @param onLost - called once when the connection ends, whoever ended it
 */
export async function connect(
  config: ClientConfig,
  names: StatementNames,
  onLost: (connection: Connection) => void,
): Promise<Connection> {
  const { Client: PgClient } = await loadDriver();
  const client = new PgClient(config);
  const connection = new PgConnection(client, names);
  client.once("end", () => {
    connection.isUsable = false;
    onLost(connection);
  });
  // Told to whoever waits for an answer; without a listener it would end the process.
  client.on("error", () => {
    connection.isUsable = false;
  });
  await client.connect();
  return connection;
}

class PgConnection implements Connection {
  readonly openedAt: number = performance.now();
  readonly #client: Client;
  readonly #prepared: PreparedStatements;
  #isUsable = true;

  constructor(client: Client, names: StatementNames) {
    this.#client = client;
    this.#prepared = new PreparedStatements(names);
    client.connection.on("parseComplete", () => this.#prepared.confirm());
  }

  get isUsable(): boolean {
    return this.#isUsable && !this.#prepared.isFull;
  }

  set isUsable(value: boolean) {
    this.#isUsable = value;
  }

  run(statements: readonly WireStatement[], timeout: number): Promise<readonly StepResult[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.destroy();
        end();
        reject(new BatchError(0, new AnswerTimeout("the database does not answer in time")));
      }, timeout);
      const end = (): void => {
        clearTimeout(timer);
        this.#prepared.endBatch();
      };
      const batch = new Batch(statements, this.#prepared, {
        resolve: (results) => {
          end();
          resolve(results);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      });
      // The driver takes any object with these methods, and gives it its connection, whose type
      // leaves out what it has.
      const submittable = batch as unknown as Submittable & {
        submit(connection: WireConnection): void;
      };
      this.#client.query(submittable);
    });
  }

  async close(): Promise<void> {
    this.#isUsable = false;
    const timer = setTimeout(() => this.destroy(), GOODBYE_PATIENCE);
    await this.#client.end().catch(() => undefined);
    clearTimeout(timer);
  }

  destroy(): void {
    this.#isUsable = false;
    this.#client.connection.stream.destroy();
  }
}
