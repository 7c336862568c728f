// The text of a world: bytes that are equal exactly when two canonical worlds behave alike.

import type { Stored, World } from "./world.ts";

// Small numbers, negative ones included, become bytes.
const OFFSET = 128;
const NOTHING = 100;
const PARTIES = { owner: 1, thief: 2 } as const;

/** Writes a canonical world into bytes, one text for one behaviour. Returns how many. */
export function encode(world: World, bytes: Uint8Array): number {
  let at = 0;
  const put = (value: number): void => {
    bytes[at] = value + OFFSET;
    at += 1;
  };
  const putAll = (values: readonly number[]): void => {
    put(values.length);
    for (const value of values) put(value);
  };
  const putStored = (row: Stored): void => {
    put(row.generation);
    put(row.age);
    put(row.key);
    put(row.contestedGeneration ?? NOTHING);
    put(row.contestedStreak);
  };
  const { owner, thief, watch } = world;
  put(world.hasEnded ? 1 : 0);
  putStored(world.store);
  put(world.history.length);
  for (const row of world.history) putStored(row);
  putAll(owner.tokens);
  put(owner.seen);
  putAll(owner.pending);
  putAll(owner.settled);
  put(world.requests.length);
  for (const request of world.requests) {
    put(request.token);
    put(request.key);
    put(request.age);
    put(request.place);
    putAll(request.settled);
  }
  put(world.answers.length);
  for (const answer of world.answers) {
    put(answer.generation ?? NOTHING);
    put(answer.key);
    put(answer.age);
    put(answer.place);
  }
  put(world.rollBacks);
  put(world.clockJumps);
  put(world.lateCookies);
  if (thief !== null) {
    put(thief.token);
    put(thief.hasPrevious ? 1 : 0);
    putAll(thief.keys);
  }
  if (watch !== null) {
    put(watch.grantedOwner);
    put(watch.grantedThief);
    put(watch.behind === null ? 0 : PARTIES[watch.behind]);
    put(watch.doomed === null ? 0 : PARTIES[watch.doomed]);
    put(watch.allowance);
    put(watch.reprieved === null ? 0 : PARTIES[watch.reprieved]);
    put(watch.reprieve);
  }
  return at;
}
