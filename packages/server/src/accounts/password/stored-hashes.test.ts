// What stands in the column of password hashes, and what a sign-in makes of it.

import { argon2Sync, randomBytes } from "node:crypto";
import { bcrypt } from "hash-wasm";
import { describe, expect, it } from "vitest";
import { openTestDatabase } from "../../../test/engines/engines.ts";
import { PASSWORD, signUpAndLogIn, startServer } from "../../../test/test-server.ts";
import { createPasswordHasher } from "../../credentials/password-hash.ts";
import { type Pepper, resolvePeppers } from "../../credentials/password-peppers.ts";
import type { LatchkeyConfig } from "../../config/latchkey-config.ts";
import { writeAll } from "../../storage/write.ts";

const ANN = "ann@example.com";
const salt = Buffer.from("0123456789abcdef");
const encode = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");

const makeArgon2 = (variant: "argon2id" | "argon2i", passes: number): string => {
  const options = { memory: 1024, passes, parallelism: 1, tagLength: 32 };
  const hash = argon2Sync(variant, { message: PASSWORD, nonce: salt, ...options });
  return `$${variant}$v=19$m=1024,t=${passes},p=1$${encode(salt)}$${encode(hash)}`;
};

const hashWith = (...keys: Pepper[]): Promise<string> =>
  createPasswordHasher({ concurrency: 1, peppers: resolvePeppers({ keys }) }).hash(PASSWORD);

/** A server with one user, who is signed in, and a way to the user's row. */
async function start(config: Partial<LatchkeyConfig> = {}) {
  const database = await openTestDatabase();
  const server = await startServer({ passwordHashing: {}, ...config, database });
  const { access_token: token } = await signUpAndLogIn(server, ANN);
  const row = async () => {
    const query = database.query.selectFrom("users").select(["password_hash", "handle"]);
    const [user] = await database.read(query.where("email", "=", ANN));
    if (user === undefined) throw new Error("no such user");
    return user;
  };
  return {
    ...server,
    token,
    row,
    store: (password_hash: string | null) =>
      writeAll(database, [
        { query: database.query.updateTable("users").set({ password_hash }), expect: 1 },
      ]),
    signIn: (password = PASSWORD) =>
      server.send<{ code?: string }>("/auth/login", { json: { email: ANN, password } }),
  };
}

describe("N6: a hash that was made in another way is replaced at the next sign-in", () => {
  it.each([
    ["argon2id of fewer passes", async () => makeArgon2("argon2id", 1)],
    ["argon2i", async () => makeArgon2("argon2i", 3)],
    [
      "bcrypt",
      () => bcrypt({ password: PASSWORD, salt, costFactor: 5, outputType: "encoded" as const }),
    ],
  ])("%s", async (_name, make) => {
    const { store, signIn, row, send, token } = await start();
    const older = await make();
    await store(older);
    const before = await row();
    expect((await signIn("not the password at all")).status).toBe(401);
    expect((await row()).password_hash).toBe(older);
    expect((await signIn()).status).toBe(200);
    const after = await row();
    expect(after.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    // The password is the same: no token is taken back.
    expect(after.handle).toBe(before.handle);
    expect((await send("/auth/me", { token })).status).toBe(200);
    expect((await signIn()).status).toBe(200);
    expect((await row()).password_hash).toBe(after.password_hash);
  });

  it("none, or of an older pepper: the current one is in the new hash", async () => {
    const [one, two] = ["one", "two"].map((id) => ({ id, key: randomBytes(32) }));
    if (one === undefined || two === undefined) throw new Error("two peppers");
    const { store, signIn, row } = await start({ passwordPepper: { keys: [two, one] } });
    expect((await row()).password_hash).toContain(",keyid=dHdv$");
    for (const older of [await hashWith(), await hashWith(one)]) {
      await store(older);
      expect((await signIn()).status).toBe(200);
      expect((await row()).password_hash).toContain(",keyid=dHdv$");
    }
  });
});

describe("N6: a hash that cannot be checked", () => {
  it.each([
    ["nothing", null],
    ["an empty text", ""],
    ["a plain password", PASSWORD],
    ["a broken one", "$argon2id$v=19$m=19456,t=2,p=1$AAAA"],
    ["argon2id of four gigabytes", makeArgon2("argon2id", 1).replace("m=1024", "m=4194304")],
    ["argon2id of a thousand passes", makeArgon2("argon2id", 1).replace("t=1", "t=1000")],
    ["bcrypt of two to the 31", `$2b$31$${"a".repeat(53)}`],
    ["scrypt of gigabytes", `$scrypt$ln=30,r=8,p=1$MDEyMzQ1$${"A".repeat(43)}`],
    ["PBKDF2 of a billion iterations", `$pbkdf2-sha256$i=1000000000$MDEyMzQ1$${"A".repeat(43)}`],
  ])("is a wrong password, and the server goes on: %s", async (_what, stored) => {
    const { store, signIn, row } = await start();
    await store(stored);
    expect(await signIn()).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    expect((await row()).password_hash).toBe(stored);
  });

  it("for want of its pepper is an error of the server, with the pepper's id in the log", async () => {
    const { store, signIn, log } = await start();
    await store(await hashWith({ id: "gone", key: randomBytes(32) }));
    expect(await signIn()).toMatchObject({ status: 500, body: { code: "internal" } });
    expect(log()).toContain('the pepper \\"gone\\"');
    expect(log()).not.toContain(PASSWORD);
  });
});
