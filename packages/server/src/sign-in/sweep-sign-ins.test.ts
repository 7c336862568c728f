// What sign-ins leave behind goes when it is too old to be finished, and not before.

import { createIdentifier } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { openTestDatabase } from "../../test/engines/engines.ts";
import { CEREMONY_LIFE, createCeremony } from "../credentials/passkeys/ceremony.ts";
import { createKeyEncryption } from "../keys/key-encryption.ts";
import {
  confirmSeedSteps,
  createSeed,
  PENDING_SEED_LIFE,
} from "../credentials/totp/stored-totp.ts";
import { writeAll } from "../storage/write.ts";
import { readSubject } from "../tokens/subject.ts";
import { createPendingSignIn, PENDING_SIGN_IN_LIFE } from "./pending-sign-in.ts";
import { sweepSignIns } from "./sweep-sign-ins.ts";

const NOW = Date.UTC(2026, 0, 2);

async function open() {
  const database = await openTestDatabase();
  const keyEncryption = createKeyEncryption([{ id: "k", key: new Uint8Array(32).fill(7) }]);
  const id = createIdentifier();
  const user = database.query.insertInto("users").values({
    id,
    email: "ann@example.com",
    email_verified: 1,
    username: null,
    name: null,
    password_hash: null,
    handle: createIdentifier(),
    disabled_at: null,
    created_at: NOW,
    updated_at: NOW,
  });
  await writeAll(database, [{ query: user, expect: 1 }]);
  const subject = await readSubject(database, { id });
  if (subject === undefined) throw new Error("there is no user");
  const count = async (table: "pending_sign_ins" | "passkey_ceremonies" | "totp_seeds") =>
    (await database.read(database.query.selectFrom(table).select("user_id"))).length;
  return { database, context: { database, keyEncryption: () => keyEncryption }, subject, count };
}

describe("the sweep of sign-ins", () => {
  it("deletes what nobody can finish any more, and leaves the rest", async () => {
    const { database, context, subject, count } = await open();
    const signIn = { subject, amr: ["pwd"], transport: "body", isRemembered: true } as const;
    await writeAll(database, [createPendingSignIn(database, signIn, NOW).step]);
    await writeAll(database, [createPendingSignIn(database, signIn, NOW + 1).step]);
    await createCeremony(database, { purpose: "sign_in", user: null }, NOW);
    await createCeremony(database, { purpose: "step_up", user: subject }, NOW + 1);
    await writeAll(database, createSeed(context, subject.id, NOW).steps);
    expect(PENDING_SIGN_IN_LIFE).toBe(CEREMONY_LIFE);
    await sweepSignIns(database, NOW + PENDING_SIGN_IN_LIFE - 1);
    expect([await count("pending_sign_ins"), await count("passkey_ceremonies")]).toEqual([2, 2]);
    expect(await sweepSignIns(database, NOW + PENDING_SIGN_IN_LIFE)).toBe(false);
    expect([await count("pending_sign_ins"), await count("passkey_ceremonies")]).toEqual([1, 1]);
    expect(await count("totp_seeds")).toBe(1);
    await sweepSignIns(database, NOW + PENDING_SEED_LIFE);
    expect(await count("totp_seeds")).toBe(0);
  });

  it("leaves a factor in use, however old, beside one that waited too long", async () => {
    const { database, context, subject, count } = await open();
    const { steps } = createSeed(context, subject.id, NOW);
    await writeAll(database, [...steps, ...confirmSeedSteps(database, subject.id, NOW)]);
    await writeAll(database, createSeed(context, subject.id, NOW).steps);
    expect(await count("totp_seeds")).toBe(2);
    await sweepSignIns(database, NOW + 365 * 86_400_000);
    expect(await count("totp_seeds")).toBe(1);
    const [left] = await database.read(database.query.selectFrom("totp_seeds").select("pending"));
    expect(left?.pending).toBe(0);
  });
});
