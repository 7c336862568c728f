// N2 of the catalogue: what a sign-in costs does not depend on what exists. Counted in
// hashes, lookups and commits instead of milliseconds.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createPasswordHasher, type PasswordHasher } from "../credentials/password-hash.ts";
import { createGuessing } from "../guessing/guessing.ts";
import { DEFAULT_LIMITS } from "../guessing/limits.ts";
import { createMemoryStore } from "../guessing/memory-store.ts";
import type { Database } from "../storage/database.ts";
import { openSqlite } from "../storage/sqlite/open-sqlite.ts";
import { writeAll } from "../storage/write.ts";
import { checkLogin, type LoginInput } from "./login.ts";

const PASSWORD = "seven quiet herons at dawn";
const from = { address: "192.0.2.1", userAgent: null, now: Date.now() };

interface Bench {
  readonly database: Database;
  readonly hasher: PasswordHasher;
  /** Runs one attempt and answers its outcome and what it cost. */
  measure(attempt: () => Promise<unknown>): Promise<{ outcome: string; cost: object }>;
  login(input: LoginInput): Promise<unknown>;
}

async function openBench(): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-work-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const store = await openSqlite({ directory });
  onTestFinished(() => store.close());
  const hasher = createPasswordHasher({ concurrency: 1 });
  // The real store, with its two verbs counted on the way.
  let [reads, commits] = [0, 0];
  const database: Database = {
    dialect: store.dialect,
    query: store.query,
    read: (query) => {
      reads += 1;
      return store.read(query);
    },
    write: async (steps) => {
      const outcome = await store.write(steps);
      if (outcome.committed) commits += 1;
      return outcome;
    },
    close: () => store.close(),
  };
  const guessing = createGuessing({ database, limits: DEFAULT_LIMITS, store: createMemoryStore() });
  return {
    database,
    hasher,
    measure: async (attempt) => {
      const before = { hashes: hasher.count(), reads, commits };
      const outcome = await attempt().then(
        () => "accepted",
        (error: unknown) => String(Reflect.get(Object(error), "code")),
      );
      const hashes = hasher.count() - before.hashes;
      return {
        outcome,
        cost: { hashes, reads: reads - before.reads, commits: commits - before.commits },
      };
    },
    login: (input) =>
      checkLogin({ database, hasher, guessing, requireVerifiedEmail: false }, input, from),
  };
}

async function addUser(bench: Bench, email: string, changes: object = {}): Promise<void> {
  const { database, hasher } = bench;
  const query = database.query.insertInto("users").values({
    id: email,
    email,
    email_verified: 1,
    password_hash: await hasher.hash(PASSWORD),
    handle: email,
    created_at: 1,
    updated_at: 1,
    ...changes,
  });
  await writeAll(database, [{ query }]);
}

describe("N2: one amount of work", () => {
  it("is two lookups, one hash and one commit for every sign-in that fails", async () => {
    const bench = await openBench();
    await addUser(bench, "ann@example.com");
    await addUser(bench, "off@example.com", { disabled_at: 1 });
    await addUser(bench, "federated@example.com", { password_hash: null });
    await addUser(bench, "broken@example.com", { password_hash: "$argon2id$broken" });
    const attempts: LoginInput[] = [
      { by: { email: "ann@example.com" }, password: "wrong" },
      { by: { email: "ann@example.com" }, password: "" },
      { by: { email: "ann@example.com" }, password: "x".repeat(16_000) },
      { by: { email: "nobody@example.com" }, password: PASSWORD },
      { by: { email: "nobody@example.com" }, password: "x".repeat(16_000) },
      { by: { username: "nobody" }, password: PASSWORD },
      { by: { email: "" }, password: PASSWORD },
      { by: { email: "off@example.com" }, password: PASSWORD },
      { by: { email: "off@example.com" }, password: "wrong" },
      { by: { email: "federated@example.com" }, password: PASSWORD },
      { by: { email: "broken@example.com" }, password: PASSWORD },
    ];
    for (const attempt of attempts) {
      expect(await bench.measure(() => bench.login(attempt))).toEqual({
        outcome: "invalid_credentials",
        cost: { hashes: 1, reads: 2, commits: 1 },
      });
    }
    const right = { by: { email: "ann@example.com" }, password: PASSWORD };
    expect(await bench.measure(() => bench.login(right))).toMatchObject({
      outcome: "accepted",
      cost: { hashes: 1, reads: 2 },
    });
  });

  it("is none at all once the limit is reached", async () => {
    const bench = await openBench();
    const attempt = { by: { email: "nobody@example.com" }, password: "wrong" };
    for (let i = 0; i < DEFAULT_LIMITS.login.perNameAndNetwork.attempts; i++) {
      await bench.measure(() => bench.login(attempt));
    }
    expect(await bench.measure(() => bench.login(attempt))).toEqual({
      outcome: "rate_limited",
      cost: { hashes: 0, reads: 0, commits: 0 },
    });
  });
});
