// Seeds at rest: sealed for their user, spent once per time step, sealed anew with a new key.

import { randomBytes } from "node:crypto";
import { createIdentifier } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { openTestDatabase } from "../../../test/engines/engines.ts";
import { createKeyEncryption, type KeyEncryption } from "../../keys/key-encryption.ts";
import { writeAll } from "../../storage/write.ts";
import { confirmSeedSteps, createSeed, readSeed, resealSeeds, spendTotp } from "./stored-totp.ts";
import { computeTotp, totpStep } from "./totp.ts";

const NOW = Date.UTC(2026, 0, 2);
const kek = (id: string) => ({ id, key: randomBytes(32) });

async function open() {
  const database = await openTestDatabase();
  const first = kek("first");
  let keyEncryption: KeyEncryption = createKeyEncryption([first]);
  const context = { database, keyEncryption: () => keyEncryption };
  const createUser = async (): Promise<string> => {
    const id = createIdentifier();
    const query = database.query.insertInto("users").values({
      id,
      email: `${id.toLowerCase()}@example.com`,
      email_verified: 1,
      username: null,
      name: null,
      password_hash: null,
      handle: createIdentifier(),
      disabled_at: null,
      created_at: NOW,
      updated_at: NOW,
    });
    await writeAll(database, [{ query, expect: 1 }]);
    return id;
  };
  const enrol = async (userId: string): Promise<Uint8Array> => {
    const { seed, steps } = createSeed(context, userId, NOW);
    await writeAll(database, [...steps, ...confirmSeedSteps(database, userId, NOW)]);
    return seed;
  };
  return {
    database,
    context,
    createUser,
    enrol,
    first,
    use: (next: KeyEncryption) => {
      keyEncryption = next;
    },
  };
}

describe("a stored seed", () => {
  it("is not in the database as it is", async () => {
    const { database, context, createUser, enrol } = await open();
    const user = await createUser();
    const seed = await enrol(user);
    const [row] = await database.read(database.query.selectFrom("totp_seeds").selectAll());
    expect(Buffer.from(row?.sealed ?? []).includes(Buffer.from(seed))).toBe(false);
    expect((await readSeed(context, user, false))?.seed).toEqual(seed);
  });

  it("opens for nobody else: a row moved to another user is refused", async () => {
    const { database, context, createUser, enrol } = await open();
    const [ann, mallory] = [await createUser(), await createUser()];
    await enrol(mallory);
    const move = database.query
      .updateTable("totp_seeds")
      .set({ user_id: ann })
      .where("user_id", "=", mallory);
    await writeAll(database, [{ query: move, expect: 1 }]);
    await expect(readSeed(context, ann, false)).rejects.toMatchObject({
      code: "key_encryption_key_wrong",
    });
  });

  it("N8: spends each time step once, of any number of writes", async () => {
    const { database, context, createUser, enrol } = await open();
    const user = await createUser();
    const seed = await enrol(user);
    const code = computeTotp(seed, totpStep(NOW));
    const stored = await readSeed(context, user, false);
    if (stored === undefined) throw new Error("there is no seed");
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () =>
        database.write([spendTotp(database, stored, { code, now: NOW })]),
      ),
    );
    expect(outcomes.filter(({ committed }) => committed)).toHaveLength(1);
    const again = await readSeed(context, user, false);
    if (again === undefined) throw new Error("there is no seed");
    expect(() => spendTotp(database, again, { code, now: NOW })).toThrow(
      expect.objectContaining({ code: "totp_reused" }),
    );
  });

  it("opens on a node that has not seen the key of another one yet", async () => {
    const { database, context, createUser, first, use } = await open();
    const user = await createUser();
    const second = kek("second");
    const both = createKeyEncryption([second, first]);
    const { seed, steps } = createSeed({ database, keyEncryption: () => both }, user, NOW);
    await writeAll(database, steps);
    await expect(readSeed(context, user, true)).rejects.toMatchObject({
      code: "key_encryption_key_wrong",
    });
    const reloadKeys = async () => use(both);
    expect((await readSeed({ ...context, reloadKeys }, user, true))?.seed).toEqual(seed);
  });

  it("is sealed anew under the next key", async () => {
    const { database, context, createUser, enrol, first, use } = await open();
    const users: string[] = [];
    const seeds: Uint8Array[] = [];
    for (let number = 0; number < 3; number++) {
      const user = await createUser();
      users.push(user);
      seeds.push(await enrol(user));
    }
    const second = kek("second");
    use(createKeyEncryption([second, first]));
    expect(await resealSeeds(context)).toBe(3);
    expect(await resealSeeds(context)).toBe(0);
    // The old key is no longer needed.
    use(createKeyEncryption([second]));
    const read = await Promise.all(users.map((user) => readSeed(context, user, false)));
    expect(read.map((stored) => stored?.seed)).toEqual(seeds);
    const rows = await database.read(database.query.selectFrom("totp_seeds").select("kek_id"));
    expect(new Set(rows.map((row) => row.kek_id))).toEqual(new Set(["second"]));
  });
});
