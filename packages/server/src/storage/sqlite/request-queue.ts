// The event loop's side of the store: requests that come while the worker is busy wait here and
// travel as one message when it is free. A request that finds the worker free waits for the others
// of its turn of the event loop: answers of one group bring their callers' next requests together,
// and whoever travelled alone would have a commit, and its fsync, alone.
// Bounded in length and in patience, so a slow disk sheds load instead of filling memory.

import { DatabaseError } from "../database.ts";
import type { Statement, StoreAnswer, StoreRequest } from "./messages.ts";

/** Requests that wait for the worker, at most. */
export const WAITING_REQUESTS = 10_000;

/** Requests in one group, at most: bounds how long a commit keeps its first member waiting. */
export const GROUP_REQUESTS = 256;

/** Turns of the event loop for which a group that still grows is held back, at most. */
const GATHERING_TURNS = 8;

/** Milliseconds a group may take before those that wait behind it are refused. */
export const GROUP_PATIENCE = 3_000;

type Answered = (answer: StoreAnswer) => void;

interface Waiting {
  readonly request: StoreRequest;
  readonly resolve: Answered;
  readonly reject: (error: DatabaseError) => void;
}

/** Groups requests and matches answers to them. */
export class RequestQueue {
  readonly #send: (requests: readonly StoreRequest[]) => void;
  readonly #patience: number;
  #waiting: Waiting[] = [];
  // By id, from that of the group's first. No Map: one whose entries come and go is made anew all the
  // time, and its former tables keep what they held alive until the next full garbage collection.
  #underWay: (Waiting | undefined)[] = [];
  #firstUnderWay = 0;
  #nextId = 0;
  #patienceTimer: NodeJS.Timeout | undefined;
  #isStalled = false;
  #refusal: DatabaseError | undefined;
  #isClosed = false;
  #whenIdle: (() => void) | undefined;
  #isGathering = false;

  constructor(send: (requests: readonly StoreRequest[]) => void, patience: number) {
    this.#send = send;
    this.#patience = patience;
  }

  /** Asks the worker; rejects with a DatabaseError when it is certain that nothing was executed, or when the worker is gone. */
  submit(kind: StoreRequest["kind"], statements: readonly Statement[]): Promise<StoreAnswer> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    if (this.#isStalled) return Promise.reject(stalled());
    if (this.#waiting.length >= WAITING_REQUESTS) {
      return Promise.reject(
        new DatabaseError("overloaded", `${WAITING_REQUESTS} requests wait for the database`),
      );
    }
    return new Promise((resolve, reject) => {
      const request = { id: this.#nextId++, kind, statements };
      this.#waiting.push({ request, resolve, reject });
      if (this.#underWay.length === 0) this.#scheduleGroup();
    });
  }

  /** Takes the worker's answers; `done` says that it is free again. */
  settle(answers: readonly StoreAnswer[], done: boolean): void {
    for (const answer of answers) {
      const place = answer.id - this.#firstUnderWay;
      const asked = this.#underWay[place];
      if (asked === undefined) continue;
      this.#underWay[place] = undefined;
      asked.resolve(answer);
    }
    if (!done) return;
    this.#underWay = [];
    clearTimeout(this.#patienceTimer);
    this.#isStalled = false;
    if (this.#waiting.length > 0) this.#scheduleGroup();
    else this.#whenIdle?.();
  }

  /** Refuses all new requests, and resolves when those accepted so far are answered. */
  drain(): Promise<void> {
    this.#isClosed = true;
    this.#refusal = new DatabaseError("database_unavailable", "the database is closed");
    if (this.#underWay.length === 0 && this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle = resolve;
    });
  }

  /**
   * The worker is gone. Whoever waits is refused (of those under way it is not known whether they
   * were executed), and so is whoever comes, until `resume`.
   *
   * @returns false when the queue was closed anyway
   */
  suspend(error: DatabaseError): boolean {
    clearTimeout(this.#patienceTimer);
    this.#isStalled = false;
    for (const asked of [...this.#underWay, ...this.#waiting]) asked?.reject(error);
    this.#underWay = [];
    this.#waiting = [];
    this.#whenIdle?.();
    if (this.#isClosed) return false;
    this.#refusal = error;
    return true;
  }

  /** A new worker is there. */
  resume(): void {
    if (!this.#isClosed) this.#refusal = undefined;
  }

  // A group goes when a whole turn brought nobody new: then the event loop has nothing left to do,
  // and waiting longer would only cost time.
  #scheduleGroup(turns: number = GATHERING_TURNS): void {
    const before = this.#waiting.length;
    if (this.#isGathering) return;
    this.#isGathering = true;
    setImmediate(() => {
      this.#isGathering = false;
      if (this.#waiting.length > before && turns > 1) this.#scheduleGroup(turns - 1);
      // Whoever waited may have been refused meanwhile.
      else if (this.#waiting.length > 0 && this.#underWay.length === 0) this.#sendGroup();
    });
  }

  #sendGroup(): void {
    const group = this.#waiting.splice(0, GROUP_REQUESTS);
    this.#underWay = group;
    // Ids follow each other in the order of waiting.
    this.#firstUnderWay = group[0]?.request.id ?? 0;
    this.#patienceTimer = setTimeout(() => this.#refuseWaiting(), this.#patience);
    this.#patienceTimer.unref();
    this.#send(group.map((asked) => asked.request));
  }

  // What waits was never sent, so refusing it is certain: it cannot be executed later, when its
  // caller has long given up.
  #refuseWaiting(): void {
    this.#isStalled = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const asked of waiting) asked.reject(stalled());
  }
}

function stalled(): DatabaseError {
  return new DatabaseError("database_unavailable", "the database does not answer in time");
}
