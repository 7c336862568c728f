// Executes a group of requests: group commit. The reads go first, on committed state, so their
// answers need not wait for the disk. The writes share one transaction: each runs in a savepoint,
// the group commits once, and no answer leaves before COMMIT. A write that fails is rolled back
// to its savepoint and takes no neighbour with it. A write of one statement needs no savepoint: it
// happens or it does not.

import type { WriteOutcome } from "../database.ts";
import type { Connection, StatementResult } from "./connection.ts";
import { parseViolation, statementFailure } from "./failure.ts";
import type { WorkerAnswer, StoreFailure, StoreRequest } from "./messages.ts";

/** A write ended the shared transaction: SQLite rolls back by itself when the disk is full. */
class TransactionLost extends Error {
  override readonly name = "TransactionLost";
}

/**
 * Runs the reads of a group, all on one snapshot: each of its own would take and give back a lock, two
 * calls of the system.
 */
export function runReads(
  connection: Connection,
  reads: readonly StoreRequest[],
): readonly WorkerAnswer[] {
  if (reads.length < 2) return reads.map((request) => runRead(connection, request));
  try {
    connection.execute("begin");
    return reads.map((request) => runRead(connection, request));
  } finally {
    // Nothing is there to commit, and COMMIT fails where a page could not be read.
    rollBack(connection);
  }
}

function runRead(connection: Connection, request: StoreRequest): WorkerAnswer {
  try {
    connection.startRequest();
    const [statement] = request.statements;
    if (statement === undefined) throw new TypeError("a read has one statement");
    return { id: request.id, kind: "rows", set: connection.run(statement).set };
  } catch (cause) {
    return failed(request, statementFailure(cause));
  }
}

/** Runs the writes of a group; what it answers as committed is on the disk. */
export function runWrites(
  connection: Connection,
  writes: readonly StoreRequest[],
): readonly WorkerAnswer[] {
  if (writes.length < 2) return writes.map((request) => runAlone(connection, request));
  try {
    return runTogether(connection, writes);
  } catch (cause) {
    rollBack(connection);
    // Nothing was committed or answered, so each write may run again by itself: the one that
    // broke the transaction fails alone.
    if (cause instanceof TransactionLost) {
      return writes.map((request) => runAlone(connection, request));
    }
    // BEGIN or COMMIT failed. What the writes saw of each other is void, so they all fail.
    return writes.map((request) => failed(request, statementFailure(cause)));
  }
}

function runTogether(
  connection: Connection,
  writes: readonly StoreRequest[],
): readonly WorkerAnswer[] {
  connection.execute("begin immediate");
  const answers = writes.map((request): WorkerAnswer => {
    if (request.statements.length === 1) return runOne(connection, request);
    connection.execute("savepoint one_write");
    const answer = runStatements(connection, request);
    if (!connection.isTransaction) throw new TransactionLost();
    if (!isCommitted(answer)) connection.execute("rollback to one_write");
    connection.execute("release one_write");
    return answer;
  });
  connection.execute("commit");
  return answers;
}

// Changing more or fewer rows than expected is the one failure that leaves something behind. It is
// a defect or a very rare race, so the whole group pays for it: each write runs again by itself.
function runOne(connection: Connection, request: StoreRequest): WorkerAnswer {
  const answer = runStatements(connection, request);
  if (!connection.isTransaction || (!isCommitted(answer) && connection.hasChanged)) {
    throw new TransactionLost();
  }
  return answer;
}

function runAlone(connection: Connection, request: StoreRequest): WorkerAnswer {
  const [statement] = request.statements;
  const needsNoRollback =
    request.statements.length === 1 && statement !== undefined && statement.expect === undefined;
  if (needsNoRollback) return runStatements(connection, request);
  try {
    connection.execute("begin immediate");
    const answer = runStatements(connection, request);
    if (isCommitted(answer)) connection.execute("commit");
    else rollBack(connection);
    return answer;
  } catch (cause) {
    rollBack(connection);
    return failed(request, statementFailure(cause));
  }
}

function runStatements(connection: Connection, request: StoreRequest): WorkerAnswer {
  const results: StatementResult[] = [];
  try {
    connection.startRequest();
    for (const statement of request.statements) {
      const result = connection.run(statement);
      if (statement.expect !== undefined && result.changes !== statement.expect) {
        return notCommitted(request, results.length, { reason: "row-count", constraint: [] });
      }
      results.push(result);
    }
    return { id: request.id, kind: "outcome", outcome: { committed: true, results } };
  } catch (cause) {
    const violation = parseViolation(cause);
    if (violation !== undefined) return notCommitted(request, results.length, violation);
    return failed(request, statementFailure(cause));
  }
}

function notCommitted(
  request: StoreRequest,
  step: number,
  why: Pick<Extract<WriteOutcome, { committed: false }>, "reason" | "constraint">,
): WorkerAnswer {
  return {
    id: request.id,
    kind: "outcome",
    outcome: { committed: false, failed: step, ...why },
  };
}

function failed(request: StoreRequest, error: StoreFailure): WorkerAnswer {
  return { id: request.id, kind: "error", error };
}

function isCommitted(answer: WorkerAnswer): boolean {
  return answer.kind === "outcome" && answer.outcome.committed;
}

function rollBack(connection: Connection): void {
  if (connection.isTransaction) connection.execute("rollback");
}
