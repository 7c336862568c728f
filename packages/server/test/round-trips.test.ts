// What a renewal and a sign-in cost the database. Each read and each write is one round trip, as
// storage/postgres shows by counting them on the wire.

import type { LoginAnswer } from "@latchkey/protocol";
import { expect, it, onTestFinished } from "vitest";
import type { Database } from "../src/index.ts";
import { postgres } from "./engines/engines.ts";
import { logIn, signUpAndLogIn, startServer } from "./test-server.ts";

it("asks PostgreSQL twice for a renewal, and three times for a sign-in beside counting it", async () => {
  const created = await postgres.create();
  onTestFinished(() => created.remove());
  const store = await created.open();
  let asked: string[] = [];
  const database: Database = {
    ...store,
    read: (query) => {
      asked.push(query.compile().sql);
      return store.read(query);
    },
    write: (steps) => {
      asked.push(steps.map((step) => step.query.compile().sql).join("; "));
      return store.write(steps);
    },
  };
  const server = await startServer({ database });
  onTestFinished(() => store.close());
  const { refresh_token } = await signUpAndLogIn(server, "ann@example.com");
  // Outside the rotation window: the renewal advances.
  await created.setClockOffset(60_000);

  asked = [];
  const renewed = await server.send<LoginAnswer>("/auth/refresh", { json: { refresh_token } });
  expect(renewed.status).toBe(200);
  expect(asked).toHaveLength(2);

  asked = [];
  await logIn(server, "ann@example.com");
  expect(asked.filter((sql) => !sql.includes("rate_limits"))).toHaveLength(3);
});
