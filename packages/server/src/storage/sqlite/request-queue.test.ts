import { describe, expect, it } from "vitest";
import { DatabaseError } from "../database.ts";
import type { StoreAnswer, StoreRequest } from "./messages.ts";
import { GROUP_PATIENCE, GROUP_REQUESTS, RequestQueue, WAITING_REQUESTS } from "./request-queue.ts";

function createQueue(): { queue: RequestQueue; groups: (readonly StoreRequest[])[] } {
  const groups: (readonly StoreRequest[])[] = [];
  return { queue: new RequestQueue((group) => groups.push(group), GROUP_PATIENCE), groups };
}

function answersTo(group: readonly StoreRequest[] | undefined): StoreAnswer[] {
  return (group ?? []).map(({ id }) => ({ id, kind: "rows", rows: [{ id }] }));
}

/** Lets the event loop turn until a group that grows no more has gone. */
async function turn(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe("the request queue", () => {
  it("sends requests of one turn as one group, and those that come meanwhile as the next", async () => {
    const { queue, groups } = createQueue();
    const answers = [queue.submit("read", []), queue.submit("write", [])];
    expect(groups).toEqual([]);
    await turn();
    answers.push(...Array.from({ length: 3 }, () => queue.submit("read", [])));
    await turn();
    expect(groups.map((group) => group.length)).toEqual([2]);
    queue.settle(answersTo(groups[0]), true);
    await turn();
    expect(groups.map((group) => group.length)).toEqual([2, 3]);
    // Answers that come in two parts: the group goes on until the last.
    queue.settle(answersTo(groups[1]?.slice(2)), false);
    queue.settle(answersTo(groups[1]?.slice(0, 2)), true);
    expect(await Promise.all(answers)).toEqual(groups.flatMap(answersTo));
    void queue.submit("read", []);
    await turn();
    expect(groups).toHaveLength(3);
  });

  it("bounds the group and the queue", async () => {
    const { queue, groups } = createQueue();
    for (let index = 0; index < WAITING_REQUESTS; index++) void queue.submit("write", []);
    await expect(queue.submit("write", [])).rejects.toMatchObject({ code: "overloaded" });
    await turn();
    expect(groups[0]).toHaveLength(GROUP_REQUESTS);
    queue.settle(answersTo(groups[0]), true);
    await turn();
    expect(groups[1]).toHaveLength(GROUP_REQUESTS);
    expect(groups[1]?.[0]?.id).toBe(GROUP_REQUESTS);
  });

  it("refuses everything once the worker is gone, until there is a new one", async () => {
    const { queue, groups } = createQueue();
    const answers = [queue.submit("read", [])];
    await turn();
    answers.push(queue.submit("write", []));
    expect(queue.suspend(new DatabaseError("database_unavailable", "gone"))).toBe(true);
    answers.push(queue.submit("read", []));
    const settled = await Promise.allSettled(answers);
    for (const answer of settled) expect(answer).toMatchObject({ reason: { message: "gone" } });
    expect(groups).toHaveLength(1);
    queue.resume();
    const answer = queue.submit("read", []);
    await turn();
    queue.settle(answersTo(groups[1]), true);
    expect((await answer).kind).toBe("rows");
  });

  it("stays closed, whatever becomes of the worker", async () => {
    const { queue } = createQueue();
    await queue.drain();
    expect(queue.suspend(new DatabaseError("database_unavailable", "gone"))).toBe(false);
    queue.resume();
    await expect(queue.submit("read", [])).rejects.toMatchObject({
      message: "the database is closed",
    });
  });

  it("drains: answers what it accepted, refuses what comes later", async () => {
    const { queue, groups } = createQueue();
    const accepted = [queue.submit("read", [])];
    await turn();
    accepted.push(queue.submit("read", []));
    const drained = queue.drain();
    await expect(queue.submit("read", [])).rejects.toMatchObject({ code: "database_unavailable" });
    queue.settle(answersTo(groups[0]), true);
    await turn();
    queue.settle(answersTo(groups[1]), true);
    await drained;
    expect(await Promise.all(accepted)).toHaveLength(2);
    await queue.drain();
  });

  it("drains what was accepted in this very turn", async () => {
    const { queue, groups } = createQueue();
    const accepted = queue.submit("write", []);
    const drained = queue.drain();
    await turn();
    queue.settle(answersTo(groups[0]), true);
    await drained;
    expect((await accepted).kind).toBe("rows");
  });
});
