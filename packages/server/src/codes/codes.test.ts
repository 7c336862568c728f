import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdentifier } from "@latchkey/protocol";
import { describe, expect, it, onTestFinished } from "vitest";
import { deriveRefreshKey } from "../keys/refresh-key.ts";
import { openSqlite } from "../storage/sqlite/open-sqlite.ts";
import { writeAll } from "../storage/write.ts";
import {
  checkDigits,
  findLinkCode,
  giveBackTry,
  MAX_CODE_ATTEMPTS,
  refuseSpent,
  spendCodeStep,
  voidCodesStep,
} from "./check-code.ts";
import { type CodePurpose, codePurposes } from "./code-purposes.ts";
import { type CodeContext, type CodeInput, issueCode } from "./issue-code.ts";
import { sweepCodes } from "./sweep-codes.ts";

const NOW = Date.UTC(2026, 0, 2);
const ANN = "ann@example.com";

async function open() {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-codes-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const database = await openSqlite({ directory });
  onTestFinished(() => database.close());
  const keys = new Map([[1, deriveRefreshKey(1, randomBytes(32))]]);
  const codeKeys: CodeContext["codeKeys"] = {
    currentRefreshKey: () => keys.get(keys.size) ?? deriveRefreshKey(0, randomBytes(32)),
    refreshKey: (id) => keys.get(id),
  };
  const context = { database, codeKeys };
  const issue = async (input: Partial<CodeInput> = {}) => {
    const purpose: CodePurpose = "reset_password";
    const issued = issueCode(context, {
      purpose,
      owner: ANN,
      address: ANN,
      user: null,
      now: NOW,
      ...input,
    });
    await writeAll(database, [issued.step]);
    return issued;
  };
  const guess = (
    code: string,
    changes: { purpose?: CodePurpose; owner?: string; now?: number } = {},
  ) => checkDigits(context, { purpose: "reset_password", owner: ANN, code, now: NOW, ...changes });
  const find = (token: string, purpose: CodePurpose = "reset_password", now = NOW) =>
    findLinkCode(database, [purpose], { token, now });
  return { database, context, keys, issue, guess, find };
}

const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, "0");
const invalid = { code: "code_invalid" };

describe("a one-time code", () => {
  it("is found by its link and by its digits", async () => {
    const { issue, guess, find } = await open();
    const { token, code, minutes, expiresAt } = await issue();
    expect(code).toMatch(/^\d{6}$/);
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect([minutes, expiresAt]).toEqual([30, NOW + 30 * 60_000]);
    expect(await find(token)).toMatchObject({ owner: ANN, address: ANN, isDigits: false });
    expect(await guess(code)).toMatchObject({ owner: ANN, address: ANN, isDigits: true });
  });

  it("N9: is refused late, for another purpose, for another owner, and when unknown", async () => {
    const { issue, guess, find } = await open();
    const { token, code, expiresAt } = await issue();
    await issue({ owner: "bob@example.com", address: "bob@example.com" });
    await expect(find(token, "sign_in")).rejects.toMatchObject(invalid);
    await expect(find(token, "reset_password", expiresAt)).rejects.toMatchObject(invalid);
    await expect(find(randomBytes(32).toString("base64url"))).rejects.toMatchObject(invalid);
    await expect(find(token.slice(0, 42))).rejects.toMatchObject(invalid);
    await expect(guess(code, { purpose: "sign_in" })).rejects.toMatchObject(invalid);
    await expect(guess(code, { owner: "eve@example.com" })).rejects.toMatchObject(invalid);
    await expect(guess(code, { now: expiresAt })).rejects.toMatchObject(invalid);
    expect(await guess(code, { now: expiresAt - 1 })).toMatchObject({ owner: ANN });
  });

  it("N9: takes the place of the one before", async () => {
    const { issue, guess, find } = await open();
    const first = await issue();
    let second = await issue();
    while (second.code === first.code) second = await issue();
    await expect(find(first.token)).rejects.toMatchObject(invalid);
    await expect(guess(first.code)).rejects.toMatchObject(invalid);
    expect(await guess(second.code)).toMatchObject({ owner: ANN });
    expect(await find(second.token)).toMatchObject({ owner: ANN });
  });

  it("N7: bears five tries, whether they race or not, and its link lives on", async () => {
    const { issue, guess, find } = await open();
    const { token, code } = await issue();
    const guesses = await Promise.allSettled(Array.from({ length: 20 }, () => guess(wrong(code))));
    expect(guesses.filter(({ status }) => status === "fulfilled")).toHaveLength(0);
    await expect(guess(code)).rejects.toMatchObject(invalid);
    expect(await find(token)).toMatchObject({ owner: ANN });
  });

  it("N7: of twenty racing right guesses no more pass than there are tries", async () => {
    const { issue, guess } = await open();
    const { code } = await issue();
    const guesses = await Promise.allSettled(Array.from({ length: 20 }, () => guess(code)));
    const passed = guesses.filter(({ status }) => status === "fulfilled");
    expect(passed).toHaveLength(MAX_CODE_ATTEMPTS);
  });

  it("N9: is spent once, however many race (CVE-2026-22751)", async () => {
    const { database, issue, find } = await open();
    const { token } = await issue();
    const spend = async () => {
      const outcome = await database.write([spendCodeStep(database, await find(token))]);
      refuseSpent(outcome);
      return outcome.committed;
    };
    const all = await Promise.allSettled(Array.from({ length: 20 }, spend));
    const refused = all.filter((one) => one.status === "rejected");
    expect(refused).toHaveLength(19);
    for (const { reason } of refused) expect(reason).toMatchObject(invalid);
  });

  it("is not spent when what it is for fails", async () => {
    const { database, issue, find } = await open();
    const { token } = await issue();
    const never = database.query.deleteFrom("users").where("id", "=", "nobody");
    const outcome = await database.write([
      spendCodeStep(database, await find(token)),
      { query: never, expect: 1 },
    ]);
    expect(outcome.committed).toBe(false);
    expect(() => refuseSpent(outcome)).not.toThrow();
    expect(await find(token)).toMatchObject({ owner: ANN });
  });

  it("gives a try back after right digits", async () => {
    const { database, issue, guess } = await open();
    const { code } = await issue();
    for (let i = 0; i < 2 * MAX_CODE_ATTEMPTS; i++) await giveBackTry(database, await guess(code));
    for (let i = 0; i < MAX_CODE_ATTEMPTS; i++) await guess(code);
    await expect(guess(code)).rejects.toMatchObject(invalid);
  });

  it("has no digits where the purpose has none", async () => {
    const { issue, guess, find } = await open();
    const { token, code } = await issue({ purpose: "verify_email" });
    await expect(guess(code, { purpose: "verify_email" })).rejects.toMatchObject(invalid);
    expect(await find(token, "verify_email")).toMatchObject({ purpose: "verify_email" });
  });

  it("is void with its user's others, or those of one purpose", async () => {
    const { database, issue, find } = await open();
    const user = { id: createIdentifier(), handle: createIdentifier() };
    await writeAll(database, [
      {
        query: database.query.insertInto("users").values({
          ...user,
          email: ANN,
          email_verified: 1,
          created_at: NOW,
          updated_at: NOW,
        }),
      },
    ]);
    const reset = await issue({ user });
    const signIn = await issue({ user, purpose: "sign_in" });
    await writeAll(database, [voidCodesStep(database, { userId: user.id, purposes: ["sign_in"] })]);
    await expect(find(signIn.token, "sign_in")).rejects.toMatchObject(invalid);
    expect(await find(reset.token)).toMatchObject({ userId: user.id, boundTo: user.handle });
    await writeAll(database, [voidCodesStep(database, { userId: user.id })]);
    await expect(find(reset.token)).rejects.toMatchObject(invalid);
  });

  it("does not outlive the key of its digits, and its link does", async () => {
    const { keys, issue, guess, find } = await open();
    const { token, code } = await issue();
    keys.delete(1);
    await expect(guess(code)).rejects.toMatchObject(invalid);
    expect(await find(token)).toMatchObject({ owner: ANN });
  });
});

describe("what the store keeps", () => {
  it("holds neither token nor code, nor a hash that a million tries would find", async () => {
    const { database, issue } = await open();
    const { token, code } = await issue();
    const [row] = await database.read(database.query.selectFrom("codes").selectAll());
    const stored = Object.values(row ?? {}).map((value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : String(value),
    );
    for (const value of stored) {
      expect(value).not.toContain(token);
      expect(value).not.toContain(code);
    }
    // A million tries end with the right one: so it must not be a plain hash of it and of anything
    // that lies beside it.
    const hash = Buffer.from(row?.code_hash ?? []);
    for (const beside of ["", ...stored]) {
      for (const text of [`${beside}${code}`, `${beside} ${code}`, `${code}${beside}`]) {
        expect(createHash("sha256").update(text).digest().equals(hash)).toBe(false);
        expect(createHash("sha256").update(text, "latin1").digest().equals(hash)).toBe(false);
      }
    }
  });

  it("draws the digits at random", async () => {
    const { context } = await open();
    const input: CodeInput = { purpose: "sign_in", owner: ANN, address: ANN, user: null, now: NOW };
    const codes = new Set(Array.from({ length: 200 }, () => issueCode(context, input).code));
    // Two hundred of a million: a generator that repeats itself would show.
    expect(codes.size).toBeGreaterThan(190);
  });

  it("is swept when it has expired", async () => {
    const { database, issue } = await open();
    const { expiresAt } = await issue();
    const rows = () => database.read(database.query.selectFrom("codes").select("id"));
    await sweepCodes(database, expiresAt);
    expect(await rows()).toHaveLength(1);
    await sweepCodes(database, expiresAt + 1);
    expect(await rows()).toEqual([]);
  });

  it("works for minutes", () => {
    for (const { lifetime } of Object.values(codePurposes)) {
      expect(lifetime).toBeLessThanOrEqual(60 * 60_000);
    }
  });
});
