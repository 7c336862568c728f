// How many bytes a session takes in the store: what a million of them take is this times a million.
// Content only, as SQLite counts it; the empty part of a page is not in it.

import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { openTestSessions } from "./open-sessions.ts";

const SESSIONS = 100;

interface Part {
  readonly name: string;
  readonly payload: number;
}

it("a session is a row and two index entries of so many bytes, however often it is renewed", async () => {
  const server = await openTestSessions();
  onTestFinished(() => server.close());
  const { database } = server;
  const measure = async (): Promise<Readonly<Record<string, number>>> => {
    const parts = await database.read<Part>({
      compile: () =>
        sql<Part>`select dbstat.name, sum(payload) as payload from dbstat
          join sqlite_schema on sqlite_schema.name = dbstat.name
          where tbl_name = 'sessions' group by dbstat.name`.compile(database.query),
    });
    return Object.fromEntries(parts.map(({ name, payload }) => [name, payload / SESSIONS]));
  };
  const user = await server.createUser();
  const sessions: { readonly id: string; token: string }[] = [];
  for (let index = 0; index < SESSIONS; index += 1) {
    const { session, refresh } = await server.signIn(user);
    sessions.push({ id: session.id, token: refresh.token });
  }
  const renewAll = async (): Promise<void> => {
    for (const session of sessions) {
      await server.age(session.id, 11_000);
      const { refresh } = await server.renew(session.token);
      if (refresh === null) throw new Error("the session did not advance");
      session.token = refresh.token;
    }
  };

  // 62 bytes of the row are the browser's name of itself.
  expect(await measure()).toEqual({
    sessions: 205,
    sessions_by_creation: 31,
    sessions_by_user: 54,
    // Only sessions that ended are in it.
    sessions_by_end: 0,
  });
  // Twice: SQLite keeps the numbers 0 and 1 in no byte at all, and the generation is one.
  await renewAll();
  await renewAll();
  const renewed = await measure();
  await renewAll();
  expect(await measure()).toEqual(renewed);
});
