import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openPostgres, settleRestoredPostgres } from "../src/index.ts";
import { createPostgresDatabase } from "./engines/engines.ts";
import { logIn, signUpAndLogIn, startServer } from "./test-server.ts";

it("settles a restored PostgreSQL: no token or session of before is good, people sign in again", async () => {
  const { url, drop } = await createPostgresDatabase();
  onTestFinished(drop);
  const server = await startServer({ databaseUrl: url });
  const ann = await signUpAndLogIn(server, "ann@example.com");
  await server.latchkey.close();
  const read = async (): Promise<{ readonly handle: string; readonly ledger: string }> => {
    const database = await openPostgres({ url });
    const [user] = await database.read(database.query.selectFrom("users").select("handle"));
    const [head] = await database.read(
      database.query.selectFrom("ledger_head").select("ledger_id"),
    );
    await database.close();
    return { handle: user?.handle ?? "", ledger: head?.ledger_id ?? "" };
  };
  const before = await read();

  const restored = await settleRestoredPostgres({
    url,
    keyEncryption: { directory: join(server.directory, "keys") },
    now: Date.now(),
  });
  expect(restored).toMatchObject({ users: 1, sessionsEnded: 1 });
  const after = await read();
  expect(after.handle).toMatch(/^[\w-]{21}[AQgw]$/);
  expect(after.handle).not.toBe(before.handle);
  expect(after.ledger).not.toBe(before.ledger);

  const again = await server.restart();
  expect((await again.send("/auth/me", { token: ann.access_token })).status).toBe(401);
  const { refresh_token } = ann;
  const renewed = await again.send("/auth/refresh", { json: { refresh_token } });
  expect(renewed.body).toMatchObject({ code: "session_ended" });
  expect((await logIn(again, "ann@example.com")).access_token).not.toBe(ann.access_token);
});
