// What a renewal costs, in counts: a measurement of time would only say how busy the machine is.

import { afterEach, beforeEach, expect, it } from "vitest";
import { createSessions } from "../src/sessions/session-service.ts";
import type { Database } from "../src/storage/database.ts";
import { issueAccessToken } from "../src/tokens/access-token.ts";
import { ISSUER, openTestSessions, type TestSessions } from "./open-sessions.ts";

let server: TestSessions;
beforeEach(async () => {
  server = await openTestSessions();
});
afterEach(() => server.close());

it("one renewal is one read, one write of one statement, and one signature; none is compiled again", async () => {
  const counts = { reads: 0, writes: 0, statements: 0, signatures: 0, built: 0 };
  const { database, keyRing, ledger } = server;
  const counting: Database = {
    ...database,
    // Whoever builds a query asks for the builder's methods.
    query: new Proxy(database.query, {
      get(target, name, receiver) {
        counts.built += 1;
        const member: unknown = Reflect.get(target, name, receiver);
        return typeof member === "function" ? member.bind(target) : member;
      },
    }),
    read: (query) => {
      counts.reads += 1;
      return database.read(query);
    },
    write: (steps) => {
      counts.writes += 1;
      counts.statements += steps.length;
      return database.write(steps);
    },
  };
  const sessions = createSessions({
    database: counting,
    keyRing,
    ledger,
    policy: server.sessions.policy,
    issueAccessToken: (input) => {
      counts.signatures += 1;
      return issueAccessToken({ ...input, keyRing, issuer: ISSUER, audience: [ISSUER] });
    },
  });
  const { session, refresh } = await server.signIn(await server.createUser());
  const renew = async (token: string): Promise<string> => {
    await server.age(session.id, 11_000);
    const renewal = await sessions.renew({
      presented: { transport: "body", tokens: [token] },
      attemptKeys: { attemptKeyHash: null, settledKeyHashes: [] },
      address: null,
      userAgent: null,
      now: Date.now(),
    });
    if (renewal.refresh === null) throw new Error("the answer carries no refresh token");
    return renewal.refresh.token;
  };
  // The first one compiles its two queries.
  const second = await renew(refresh.token);
  Object.assign(counts, { reads: 0, writes: 0, statements: 0, signatures: 0, built: 0 });
  await renew(second);
  expect(counts).toEqual({ reads: 1, writes: 1, statements: 1, signatures: 1, built: 0 });
});
