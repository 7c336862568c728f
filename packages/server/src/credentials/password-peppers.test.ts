import { randomBytes } from "node:crypto";
import { createIdentifier } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { openTestDatabase } from "../../test/engines/engines.ts";
import { writeAll } from "../storage/write.ts";
import { createPasswordHasher } from "./password-hash.ts";
import { checkPeppers, type Pepper, resolvePeppers } from "./password-peppers.ts";

const one: Pepper = { id: "one", key: randomBytes(32) };
const two: Pepper = { id: "two", key: randomBytes(48) };

async function open() {
  const database = await openTestDatabase();
  return {
    database,
    check: (...keys: Pepper[]) => checkPeppers(database, resolvePeppers({ keys }), 1),
    addUser: async (...keys: Pepper[]) => {
      const hasher = createPasswordHasher({ concurrency: 1, peppers: resolvePeppers({ keys }) });
      const values = {
        id: createIdentifier(),
        email: `${createIdentifier()}@example.com`,
        email_verified: 1,
        username: null,
        name: null,
        password_hash: await hasher.hash("seven quiet herons"),
        handle: createIdentifier(),
        disabled_at: null,
        created_at: 1,
        updated_at: 1,
      };
      await writeAll(database, [{ query: database.query.insertInto("users").values(values) }]);
    },
  };
}

describe("the start of a server with peppers", () => {
  it("notes the current one, and accepts it again beside a newer one", async () => {
    const { database, check, addUser } = await open();
    await check(one);
    await addUser(one);
    await check(one);
    await check(two, one);
    await check(two, one);
    const { query } = database;
    const noted = await database.read(
      query.selectFrom("password_peppers").select("id").orderBy("id"),
    );
    expect(noted.map(({ id }) => id)).toEqual(["one", "two"]);
  });

  it("refuses to go on without one that passwords need", async () => {
    const { check, addUser } = await open();
    await check(one);
    await addUser(one);
    await expect(check(two)).rejects.toMatchObject({
      code: "password_pepper_missing",
      message: expect.stringContaining('"one"'),
    });
    await expect(check()).rejects.toMatchObject({ code: "password_pepper_missing" });
  });

  it("goes on without one that no password needs any more", async () => {
    const { check, addUser } = await open();
    await check(one);
    await addUser(two);
    await addUser();
    await check(two);
    await expect(check()).rejects.toMatchObject({
      code: "password_pepper_missing",
      message: expect.stringContaining('"two"'),
    });
  });

  it("refuses another key under a known id", async () => {
    const { check } = await open();
    await check(one);
    await expect(check({ ...one, key: two.key })).rejects.toMatchObject({
      code: "password_pepper_wrong",
    });
  });
});

describe("peppers as configured", () => {
  it("the first makes new hashes, unless another is named, or none", () => {
    const keys = [one, two];
    expect(resolvePeppers({ keys }).current?.id).toBe("one");
    expect(resolvePeppers({ keys, current: "two" }).current?.id).toBe("two");
    expect(resolvePeppers({ keys, current: null }).current).toBe(null);
    expect(resolvePeppers(undefined).current).toBe(null);
  });

  it.each([
    ["an empty id", { keys: [{ ...one, id: "" }] }],
    ["an id of nine characters", { keys: [{ ...one, id: "123456789" }] }],
    ["an id that is no word", { keys: [{ ...one, id: "a,b" }] }],
    ["a short key", { keys: [{ ...one, key: randomBytes(31) }] }],
    ["a long key", { keys: [{ ...one, key: randomBytes(65) }] }],
    ["two of one id", { keys: [one, { ...two, id: "one" }] }],
    ["a current one that is not there", { keys: [one], current: "two" }],
    ["too many", { keys: Array.from({ length: 17 }, (_, n) => ({ ...one, id: `p${n}` })) }],
  ])("are refused with %s", (_what, source) => {
    expect(() => resolvePeppers(source)).toThrow(TypeError);
  });
});
