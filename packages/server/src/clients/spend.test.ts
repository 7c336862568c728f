import { createIdentifier } from "@latchkey/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openLedger } from "../revocation/ledger.ts";
import { LEDGER_LEEWAY } from "../revocation/read-ledger.ts";
import type { Database } from "../storage/database.ts";
import { spendToken, sweepSpentTokens } from "./spend.ts";
import { engine, type TestStore } from "../../test/engines/engines.ts";

const NOW = 1_800_000_000_000;
const EXPIRY = NOW / 1000;

let store: TestStore;
let database: Database;
beforeEach(async () => {
  store = await engine.create();
  database = await store.open();
  await openLedger({ database });
});
afterEach(async () => {
  await database.close();
  await store.remove();
});

const token = (): { jti: string; expiresAt: number } => ({
  jti: createIdentifier(),
  expiresAt: EXPIRY,
});

it("[L7] spends a token once, also when two stores are asked at once", async () => {
  const one = token();
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => spendToken(database, one)));
  expect(outcomes.filter((isSpent) => isSpent)).toHaveLength(1);
});

it("[I8] spent_tokens_full when it can remember no more: refused, and never accepted twice", async () => {
  const first = token();
  expect(await spendToken(database, first, 2)).toBe(true);
  expect(await spendToken(database, token(), 2)).toBe(true);
  await expect(spendToken(database, token(), 2)).rejects.toMatchObject({
    code: "spent_tokens_full",
  });
  await expect(spendToken(database, first, 2)).rejects.toMatchObject({
    code: "spent_tokens_full",
  });
});

it("forgets a token only when no clock can accept it any more", async () => {
  const one = token();
  await spendToken(database, one);
  expect(await sweepSpentTokens(database, NOW + LEDGER_LEEWAY * 1000)).toBe(0);
  expect(await spendToken(database, one)).toBe(false);
  expect(await sweepSpentTokens(database, NOW + LEDGER_LEEWAY * 1000 + 1000)).toBe(1);
});

it("a store that fails is an error, and no spending", async () => {
  const one = token();
  await database.close();
  await expect(spendToken(database, one)).rejects.toMatchObject({ name: "DatabaseError" });
});
