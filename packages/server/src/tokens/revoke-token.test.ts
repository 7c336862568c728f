import { createIdentifier } from "@latchkey/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Ledger, openLedger } from "../revocation/ledger.ts";
import { sweepLedger } from "../revocation/sweep.ts";
import type { Database } from "../storage/database.ts";
import { writeAll } from "../storage/write.ts";
import { createTokenRevoker, type RevokeAccessToken } from "./revoke-token.ts";
import { engine, type TestStore } from "../../test/engines/engines.ts";

const NOW = 1_800_000_000_000;

let store: TestStore;
let database: Database;
let ledger: Ledger;
let revoke: RevokeAccessToken;
beforeEach(async () => {
  store = await engine.create();
  database = await store.open();
  ledger = await openLedger({ database });
  revoke = createTokenRevoker({ database, ledger, accessTokenLifetime: 900, maxLedgerEntries: 3 });
});
afterEach(async () => {
  await database.close();
  await store.remove();
});

function revocation(jti: string): Parameters<RevokeAccessToken>[0] {
  return {
    jti,
    actorId: "operator",
    userId: null,
    sessionId: null,
    address: null,
    userAgent: null,
    now: NOW,
  };
}

it("retires the jti once, with an event", async () => {
  const jti = createIdentifier();
  await revoke(revocation(jti));
  await revoke(revocation(jti));
  expect(await ledger.isRetired([jti])).toBe(true);
  expect((await ledger.readHead()).number).toBe(1);
  const events = await database.read(
    database.query.selectFrom("audit_events").select(["kind", "detail"]),
  );
  expect(events).toEqual([{ kind: "token.revoked", detail: JSON.stringify({ jti }) }]);
});

it("ledger_full once there is no room; wider handles are retired all the same", async () => {
  for (let count = 0; count < 3; count++) await revoke(revocation(createIdentifier()));
  const jti = createIdentifier();
  await expect(revoke(revocation(jti))).rejects.toMatchObject({ code: "ledger_full" });
  expect(await ledger.isRetired([jti])).toBe(false);
  const user = createIdentifier();
  await writeAll(database, ledger.retire([user], NOW / 1000 + 900));
  expect(await ledger.isRetired([user])).toBe(true);
});

it("counts what is there, and not what was swept", async () => {
  await writeAll(database, ledger.retire([createIdentifier()], NOW / 1000 + 10_000));
  const old = Array.from({ length: 5 }, createIdentifier);
  await writeAll(database, ledger.retire(old, 1));
  await expect(revoke(revocation(createIdentifier()))).rejects.toMatchObject({
    code: "ledger_full",
  });
  expect(await sweepLedger(database, { now: NOW, kept: 0 })).toBe(5);
  await revoke(revocation(createIdentifier()));
  expect((await ledger.readHead()).number).toBe(7);
});
