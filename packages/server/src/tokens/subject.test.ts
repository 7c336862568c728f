import { createIdentifier } from "@latchkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { giveRole, openTestSessions, type TestSessions } from "../../test/open-sessions.ts";
import { readClaimedSubject, readSubject } from "./subject.ts";

let server: TestSessions;

beforeEach(async () => {
  server = await openTestSessions();
});
afterEach(() => server.close());

describe("readSubject", () => {
  it("finds a user by id, e-mail or user name", async () => {
    const ana = await server.createUser("ana");
    await server.createUser("ben");
    const { database } = server;
    expect(await readSubject(database, { id: ana.id })).toEqual(ana);
    expect(await readSubject(database, { email: "ana@example.org" })).toEqual(ana);
    expect(await readSubject(database, { username: "ana" })).toEqual(ana);
    expect(ana).toMatchObject({ emailVerified: true, roles: [], permissions: [] });
  });

  it("finds nobody by what nobody has", async () => {
    await server.createUser("ana");
    const { database } = server;
    expect(await readSubject(database, { id: createIdentifier() })).toBeUndefined();
    expect(await readSubject(database, { email: "ana@example.org' or 1=1 --" })).toBeUndefined();
    expect(await readSubject(database, { username: "" })).toBeUndefined();
  });

  it("reads roles by name and each permission once, whatever the names hold", async () => {
    const { database } = server;
    const ana = await server.createUser("ana");
    const ben = await server.createUser("ben");
    const z = await giveRole(database, ana.id, { name: "z", permissions: ["p:2", "p:1"] });
    const a = await giveRole(database, ana.id, { name: 'a"quoted\\', permissions: ["p:1", "é"] });
    await giveRole(database, ben.id, { name: "other", permissions: ["p:9"] });
    const subject = await readSubject(database, { id: ana.id });
    expect(subject?.roles).toMatchObject([
      { name: 'a"quoted\\', handle: a },
      { name: "z", handle: z },
    ]);
    expect(subject?.permissions).toEqual(["p:1", "p:2", "é"]);
  });
});

describe("readClaimedSubject", () => {
  it("finds a user by e-mail or user name, as readSubject does", async () => {
    const { database } = server;
    const ana = await server.createUser("ana");
    await server.createUser("ben");
    for (const by of [{ email: "ana@example.org" }, { username: "ana" }]) {
      const claimed = await readClaimedSubject(database, by);
      expect(claimed).toEqual({ subject: ana, standIn: ana });
      expect(claimed.subject).toEqual(await readSubject(database, by));
    }
  });

  it("N2: reads somebody for a name that nobody has, and never takes them for its owner", async () => {
    const { database } = server;
    const nobody = { subject: undefined, standIn: { id: "", passwordHash: null } };
    expect(await readClaimedSubject(database, { email: "eve@example.org" })).toEqual(nobody);
    const ids = new Set<string>();
    for (const name of ["ana", "ben", "cyd"]) ids.add((await server.createUser(name)).id);
    for (const by of [
      { email: "eve@example.org" },
      { email: "" },
      { username: "eve" },
      { username: "" },
      { username: "ana@example.org" },
      { email: "ana" },
    ]) {
      const { subject, standIn } = await readClaimedSubject(database, by);
      expect([by, subject]).toEqual([by, undefined]);
      expect(ids).toContain(standIn.id);
      // The same one each time.
      expect(await readClaimedSubject(database, by)).toEqual({ subject: undefined, standIn });
    }
    const picked = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const email = `eve${n}@example.org`;
        return (await readClaimedSubject(database, { email })).standIn.id;
      }),
    );
    // Not always the same one. Identifiers are random, so one that lies right behind another is rarely picked.
    expect(new Set(picked).size).toBeGreaterThan(1);
    for (const id of picked) expect(ids).toContain(id);
  });
});
