// N2 of the catalogue: what asking for a mail costs does not depend on who has the address. Counted
// in hashes, lookups, commits and written mails instead of milliseconds.

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createPasswordHasher } from "../../credentials/password-hash.ts";
import { createGuessing } from "../../guessing/guessing.ts";
import { resolveLimits } from "../../guessing/limits.ts";
import { createMemoryStore } from "../../guessing/memory-store.ts";
import { deriveRefreshKey } from "../../keys/refresh-key.ts";
import { mailLinks } from "../../mail/links.ts";
import type { Post } from "../../mail/post.ts";
import type { Database } from "../../storage/database.ts";
import { openSqlite } from "../../storage/sqlite/open-sqlite.ts";
import { writeAll } from "../../storage/write.ts";
import { requestEmailSignIn } from "../email-sign-in/email-sign-in.ts";
import { requestReset, type RequestResetContext } from "../recovery/request-reset.ts";
import { type SignUpContext, signUp } from "../sign-up.ts";
import { requestEmailChange } from "./change-email.ts";
import { resendProof } from "./resend-email.ts";

const NOW = Date.UTC(2026, 0, 2);
const PASSWORD = "seven quiet herons at dawn";
const from = { address: "192.0.2.1", userAgent: null, now: NOW };
const NAMES = ["ann", "unproved", "off", "nobody"] as const;

async function open(requireVerifiedEmail: boolean) {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-work-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const store = await openSqlite({ directory });
  onTestFinished(() => store.close());
  const hasher = createPasswordHasher({ concurrency: 1 });
  // The real store, with its verbs counted on the way.
  const count = { reads: 0, commits: 0, rows: 0, mails: 0 };
  const database: Database = {
    dialect: store.dialect,
    query: store.query,
    read: (query) => {
      count.reads += 1;
      return store.read(query);
    },
    write: async (steps) => {
      const outcome = await store.write(steps);
      if (!outcome.committed) return outcome;
      count.commits += 1;
      for (const { changes } of outcome.results) count.rows += changes;
      return outcome;
    },
    close: () => store.close(),
  };
  const key = deriveRefreshKey(1, randomBytes(32));
  const post: Post = { send: () => void (count.mails += 1) };
  const limits = resolveLimits({ resetMail: { budgetPerName: { attempts: 1, per: 3600 } } });
  const context: SignUpContext & RequestResetContext = {
    database,
    guessing: createGuessing({ database, limits, store: createMemoryStore() }),
    hasher,
    passwordPolicy: { check: async (password) => password, isEnoughAlone: () => true },
    requireVerifiedEmail,
    post,
    links: mailLinks("https://id.example"),
    codeKeys: { currentRefreshKey: () => key, refreshKey: () => key },
  };
  await writeAll(
    store,
    NAMES.filter((name) => name !== "nobody").map((name) => ({
      query: store.query.insertInto("users").values({
        id: name,
        email: `${name}@example.com`,
        email_verified: name === "unproved" ? 0 : 1,
        handle: name,
        disabled_at: name === "off" ? 1 : null,
        created_at: 1,
        updated_at: 1,
      }),
    })),
  );
  const measure = async (attempt: () => Promise<unknown>): Promise<object> => {
    const before = { ...count, hashes: hasher.count() };
    await attempt();
    return {
      hashes: hasher.count() - before.hashes,
      reads: count.reads - before.reads,
      commits: count.commits - before.commits,
      rows: count.rows - before.rows,
      mails: count.mails - before.mails,
    };
  };
  return { context, measure };
}

describe("N2: one amount of work for every address", () => {
  it.each([
    ["asking for a reset", requestReset],
    ["asking for a sign-in", requestEmailSignIn],
    ["asking for the proof again", resendProof],
  ])("%s", async (_what, ask) => {
    const { context, measure } = await open(true);
    const costs = [];
    for (const name of NAMES) {
      costs.push(await measure(() => ask(context, `${name}@example.com`, from)));
    }
    expect(costs[0]).toMatchObject({ hashes: 0, commits: 1, rows: 2, mails: 1 });
    for (const cost of costs) expect(cost).toEqual(costs[0]);
  });

  it("asking for a reset past the budget of the address", async () => {
    const { context, measure } = await open(true);
    const costs = [];
    for (const name of NAMES) {
      await requestReset(context, `${name}@example.com`, from);
      costs.push(await measure(() => requestReset(context, `${name}@example.com`, from)));
    }
    expect(costs[0]).toMatchObject({ hashes: 0, commits: 1, rows: 1, mails: 0 });
    for (const cost of costs) expect(cost).toEqual(costs[0]);
  });

  it.each([true, false])("signing up, when proof is required: %s", async (isRequired) => {
    const { context, measure } = await open(isRequired);
    const costs = [];
    for (const email of ["ann@example.com", "nobody@example.com"]) {
      costs.push(await measure(() => signUp(context, { email, password: PASSWORD }, from)));
    }
    expect(costs[0]).toMatchObject({ hashes: 1, commits: 1, mails: 1 });
    expect(costs.map((cost) => ({ ...cost, rows: 0 }))).toEqual([
      { ...costs[0], rows: 0 },
      { ...costs[0], rows: 0 },
    ]);
  });

  it("asking for another address", async () => {
    const { context, measure } = await open(true);
    const subject = {
      id: "ann",
      email: "ann@example.com",
      emailVerified: true,
      username: null,
      name: null,
      passwordHash: null,
      handle: "ann",
      disabledAt: null,
      createdAt: 1,
      roles: [],
      permissions: [],
    };
    const costs = [];
    for (const email of ["off@example.com", "nobody@example.com"]) {
      const change = { subject, sessionId: null, email };
      costs.push(await measure(() => requestEmailChange(context, change, from)));
    }
    expect(costs[0]).toMatchObject({ commits: 1, mails: 2 });
    expect(costs[1]).toEqual(costs[0]);
  });
});
