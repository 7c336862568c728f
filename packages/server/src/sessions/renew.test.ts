import { randomBytes } from "node:crypto";
import { decodeJwtUnverified, verifyJwt } from "@latchkey/jose";
import { createIdentifier } from "@latchkey/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  giveRole,
  ISSUER,
  loadSubject,
  openTestSessions,
  type TestSessions,
} from "../../test/open-sessions.ts";
import { writeAll } from "../storage/write.ts";
import type { Subject } from "../tokens/subject.ts";
import { readSessions } from "./read-sessions.ts";
import { RENEWAL_DEADLINE } from "./renew.ts";
import { attemptRenewal, type Renewal } from "./renewal-attempt.ts";
import { ROTATION_WINDOW } from "./rotation.ts";
import { createSessions } from "./session-service.ts";

const newKey = () => randomBytes(32).toString("base64url");
const BEYOND_WINDOW = 11_000;

let server: TestSessions;
let ana: Subject;

beforeEach(async () => {
  server = await openTestSessions();
  ana = await server.createUser();
});
afterEach(() => server.close());

/** The refresh token of an answer that must carry one. */
function tokenOf(renewal: Renewal): string {
  if (renewal.refresh === null) throw new Error("the answer carries no refresh token");
  return renewal.refresh.token;
}

const refusal = (code: string) => expect.objectContaining({ name: "Refusal", code });

describe("renewal on a real store", () => {
  it("advances outside the window and keeps one row", async () => {
    const { session, refresh } = await server.signIn(ana);
    await server.age(session.id, BEYOND_WINDOW);
    const renewal = await server.renew(refresh.token, newKey());
    expect(renewal.refresh?.generation).toBe(1);
    expect(renewal.refresh?.token).not.toBe(refresh.token);
    expect(await server.row(session.id)).toMatchObject({ generation: 1, ended_at: null });
    const rows = await server.database.read(
      server.database.query.selectFrom("sessions").select("id"),
    );
    expect(rows).toHaveLength(1);
  });

  it("gives an access token only, inside the window of the sign-in", async () => {
    const { refresh } = await server.signIn(ana);
    const renewal = await server.renew(refresh.token);
    expect(renewal.refresh).toBeNull();
    const { claims } = verifyJwt(renewal.access.token, server.keyRing.verificationKeys(), {
      issuer: ISSUER,
      audience: ISSUER,
      typ: "at+jwt",
    });
    expect(claims).toMatchObject({ sub: ana.id, sid: renewal.sessionId, client_id: "latchkey" });
  });

  it("L2: repeats the same successor to a lost answer, with its attempt key even days later", async () => {
    const { session, refresh } = await server.signIn(ana);
    await server.age(session.id, BEYOND_WINDOW);
    const key = newKey();
    const first = await server.renew(refresh.token, key);
    const again = await server.renew(refresh.token);
    expect(tokenOf(again)).toBe(tokenOf(first));
    await server.age(session.id, 5 * 86_400_000);
    expect(tokenOf(await server.renew(refresh.token, key))).toBe(tokenOf(first));
    expect(await server.row(session.id)).toMatchObject({ generation: 1, ended_at: null });
  });

  it("L1: 50 parallel renewals give one successor and 50 usable answers", async () => {
    const { session, refresh } = await server.signIn(ana);
    await server.age(session.id, BEYOND_WINDOW);
    const renewals = await Promise.all(
      Array.from({ length: 50 }, () => server.renew(refresh.token, newKey())),
    );
    expect(new Set(renewals.map(tokenOf)).size).toBe(1);
    for (const { access } of renewals) {
      const options = { issuer: ISSUER, audience: ISSUER, typ: "at+jwt" } as const;
      const { claims } = verifyJwt(access.token, server.keyRing.verificationKeys(), options);
      expect(claims.sub).toBe(ana.id);
    }
    expect(await server.row(session.id)).toMatchObject({ generation: 1, ended_at: null });
    const [one] = renewals;
    if (one === undefined) throw new Error("unreachable");
    await server.age(session.id, BEYOND_WINDOW);
    expect((await server.renew(tokenOf(one))).refresh?.generation).toBe(2);
  });

  it("L3: reuse ends the session for both, retires its sid and leaves an audit event", async () => {
    const { session, refresh } = await server.signIn(ana);
    await server.age(session.id, BEYOND_WINDOW);
    const owner = await server.renew(refresh.token, newKey());
    await server.age(session.id, BEYOND_WINDOW);
    await expect(server.renew(refresh.token, newKey())).rejects.toEqual(
      refusal("session_compromised"),
    );
    await expect(server.renew(tokenOf(owner))).rejects.toEqual(refusal("session_compromised"));
    expect(await server.row(session.id)).toMatchObject({ end_reason: "reuse" });
    expect(await server.ledger.isRetired([session.id])).toBe(true);
    const events = await server.auditKinds();
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      kind: "session.reused",
      user_id: ana.id,
      session_id: session.id,
      address: "198.51.100.7",
    });
    expect(JSON.parse(events[0]?.detail ?? "")).toMatchObject({
      generation: 1,
      presented_generation: 0,
      last_address: "198.51.100.7",
      cause: "superseded_token",
    });
  });

  it("ends one session by reuse once, however many present at the same time", async () => {
    const { session, refresh } = await server.signIn(ana);
    await server.age(session.id, BEYOND_WINDOW);
    await server.renew(refresh.token);
    await server.age(session.id, BEYOND_WINDOW);
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => server.renew(refresh.token)),
    );
    for (const result of results) {
      expect(result).toMatchObject({ status: "rejected", reason: refusal("session_compromised") });
    }
    expect(await server.auditKinds()).toHaveLength(1);
  });

  it("answers 409 to a token that was replaced twice a moment ago, and revokes nothing", async () => {
    const { session, refresh } = await server.signIn(ana);
    await server.age(session.id, BEYOND_WINDOW);
    const first = await server.renew(refresh.token, newKey());
    await server.age(session.id, BEYOND_WINDOW);
    await server.renew(tokenOf(first), newKey());
    await expect(server.renew(refresh.token)).rejects.toEqual(refusal("refresh_superseded"));
    expect(await server.row(session.id)).toMatchObject({ generation: 2, ended_at: null });
  });

  it("goes on after the store lost writes", async () => {
    const { session, refresh } = await server.signIn(ana);
    const before = await server.row(session.id);
    await server.age(session.id, BEYOND_WINDOW);
    const first = await server.renew(refresh.token, newKey());
    await server.age(session.id, BEYOND_WINDOW);
    const second = await server.renew(tokenOf(first), newKey());
    const { database } = server;
    const { id: _id, ...values } = before;
    await writeAll(database, [
      { query: database.query.updateTable("sessions").set(values).where("id", "=", session.id) },
    ]);
    await server.age(session.id, BEYOND_WINDOW);
    expect((await server.renew(tokenOf(second), newKey())).refresh).toBeNull();
    expect(await server.row(session.id)).toMatchObject({ generation: 2, attempt_key_hash: null });
    await server.age(session.id, BEYOND_WINDOW);
    expect((await server.renew(tokenOf(second), newKey())).refresh?.generation).toBe(3);
  });

  it("records each contested advance in the audit log, and never ends a session for them", async () => {
    const { session, refresh } = await server.signIn(ana);
    let token = refresh.token;
    for (let turn = 0; turn < 4; turn += 1) {
      await server.age(session.id, BEYOND_WINDOW);
      const next = tokenOf(await server.renew(token, newKey()));
      expect(tokenOf(await server.renew(token, newKey()))).toBe(next);
      token = next;
    }
    const kinds = (await server.auditKinds()).map((event) => event.kind);
    expect(kinds).toEqual(Array.from({ length: 4 }, () => "session.contested"));
    expect(await server.row(session.id)).toMatchObject({ ended_at: null, contested_streak: 4 });
  });

  it("does not count keys that the client settled", async () => {
    const { session, refresh } = await server.signIn(ana);
    let token = refresh.token;
    for (let turn = 0; turn < 4; turn += 1) {
      const key = newKey();
      await server.age(session.id, BEYOND_WINDOW);
      const next = tokenOf(await server.renew(token, key));
      await server.renew(token, newKey(), key);
      token = next;
    }
    expect(await server.auditKinds()).toEqual([]);
    expect(await server.row(session.id)).toMatchObject({ ended_at: null, contested_streak: 0 });
  });
});

describe("renewal refused", () => {
  it("garbage, another server's token, and a session that is gone", async () => {
    const { session, refresh } = await server.signIn(ana);
    await expect(server.renew("lkr_garbage")).rejects.toEqual(refusal("refresh_token_invalid"));
    const other = await openTestSessions();
    const foreign = await other.signIn(await other.createUser());
    await other.close();
    await expect(server.renew(foreign.refresh.token)).rejects.toEqual(
      refusal("refresh_token_invalid"),
    );
    const { database } = server;
    const remove = database.query.deleteFrom("sessions").where("id", "=", session.id);
    await writeAll(database, [{ query: remove, expect: 1 }]);
    await expect(server.renew(refresh.token)).rejects.toEqual(refusal("refresh_token_invalid"));
  });

  it("L5: idle and absolute ends are expiry, never reuse", async () => {
    const { session, refresh } = await server.signIn(ana);
    await server.age(session.id, 30 * 86_400_000 + 60_000);
    await expect(server.renew(refresh.token)).rejects.toEqual(refusal("session_expired"));
    expect(await server.row(session.id)).toMatchObject({ ended_at: null });
    expect(await server.auditKinds()).toEqual([]);
  });

  it("L5: no answer outlives the absolute end", async () => {
    const bounded = await openTestSessions({ absoluteLifetime: 3_600_000 });
    try {
      const { session, refresh } = await bounded.signIn(await bounded.createUser());
      expect(refresh.maxAge).toBe(3600);
      await bounded.age(session.id, 3_000_000);
      const renewal = await bounded.renew(refresh.token);
      expect(renewal.access.expiresIn).toBeLessThanOrEqual(600);
      expect(renewal.refresh?.maxAge).toBeLessThanOrEqual(600);
      const { exp = 0, iat = 0 } = decodeJwtUnverified(renewal.access.token).claims;
      expect(exp - iat).toBe(renewal.access.expiresIn);
      await bounded.age(session.id, 600_000);
      await expect(bounded.renew(tokenOf(renewal))).rejects.toEqual(refusal("session_expired"));
    } finally {
      await bounded.close();
    }
  });

  it("L4: after sign-out, disabling and the ending of all sessions", async () => {
    const { database, sessions } = server;
    const ending = { reason: "signed_out", actorId: ana.id, now: Date.now() } as const;
    const one = await server.signIn(ana);
    const two = await server.signIn(ana);
    const three = await server.signIn(ana);
    expect(await sessions.end(one.session.id, ending)).toBe(true);
    expect(await sessions.end(one.session.id, ending)).toBe(false);
    await expect(server.renew(one.refresh.token)).rejects.toEqual(refusal("session_ended"));
    expect(await server.ledger.isRetired([one.session.id])).toBe(true);

    await writeAll(database, sessions.endAllSteps(ana.id, "password_changed", three.session.id));
    await expect(server.renew(two.refresh.token)).rejects.toEqual(refusal("session_ended"));
    expect((await server.renew(three.refresh.token)).sessionId).toBe(three.session.id);

    const disable = database.query
      .updateTable("users")
      .set({ disabled_at: Date.now() })
      .where("id", "=", ana.id);
    await writeAll(database, [{ query: disable, expect: 1 }]);
    await server.age(three.session.id, BEYOND_WINDOW);
    await expect(server.renew(three.refresh.token)).rejects.toEqual(refusal("session_ended"));
  });

  it("the wrong transport, without touching the session", async () => {
    const { session, refresh } = await server.signIn(ana, "cookie");
    await server.age(session.id, BEYOND_WINDOW);
    await expect(server.renew(refresh.token)).rejects.toEqual(refusal("transport_refused"));
    expect(await server.row(session.id)).toMatchObject({ generation: 0, ended_at: null });
  });

  it("creates no session for a user that changed or was disabled meanwhile", async () => {
    const { database } = server;
    const change = database.query
      .updateTable("users")
      .set({ handle: createIdentifier() })
      .where("id", "=", ana.id);
    await writeAll(database, [{ query: change, expect: 1 }]);
    await expect(server.signIn(ana)).rejects.toMatchObject({ name: "WriteConflict" });
  });

  it("answers 503 when the store is closed, and says nothing of the token", async () => {
    const closed = await openTestSessions();
    const { refresh } = await closed.signIn(await closed.createUser());
    await closed.close();
    const error: unknown = await closed.renew(refresh.token).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: "DatabaseError" });
    expect((error as Error).message).not.toContain(refresh.token);
  });
});

describe("a request is decided within its deadline, or answered 503", () => {
  async function attempt() {
    const { session, refresh } = await server.signIn(ana);
    await server.age(session.id, BEYOND_WINDOW);
    const [snapshot] = await readSessions(server.database, [session.id], server.sessions.policy);
    if (snapshot === undefined) throw new Error("no such session");
    const decide = (remaining: number) =>
      attemptRenewal(
        {
          database: server.database,
          keyRing: server.keyRing,
          ledger: server.ledger,
          policy: server.sessions.policy,
          issueAccessToken: ({ subject }, now) =>
            server.sessions.issueAccessToken(subject, session, now),
        },
        {
          presented: { keyId: session.refreshKeyId, generation: 0, snapshot },
          attemptKeys: { attemptKeyHash: null, settledKeyHashes: [] },
          address: null,
          userAgent: null,
          now: Date.now(),
          remaining,
        },
      );
    return { session, refresh, decide };
  }

  it("the write itself refuses to be late, by the database's clock", async () => {
    const { session, decide } = await attempt();
    expect(await decide(-60_000)).toBe("lost_race");
    expect(await server.row(session.id)).toMatchObject({ generation: 0 });
    expect(await decide(60_000)).toMatchObject({ refresh: { generation: 1 } });
  });

  it("a decision on what has changed meanwhile is taken back", async () => {
    const { session, decide } = await attempt();
    const { database } = server;
    const change = database.query
      .updateTable("users")
      .set({ handle: createIdentifier() })
      .where("id", "=", ana.id);
    await writeAll(database, [{ query: change, expect: 1 }]);
    expect(await decide(60_000)).toBe("lost_race");
    expect(await server.row(session.id)).toMatchObject({ generation: 0 });
  });

  it("a store that does not answer is a 503", async () => {
    const { refresh } = await attempt();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const stalled = createSessions({
        keyRing: server.keyRing,
        ledger: server.ledger,
        policy: server.sessions.policy,
        database: { ...server.database, read: () => new Promise(() => {}) },
        issueAccessToken: () => ({ token: "", expiresIn: 0 }),
      });
      const renewal = stalled.renew({
        presented: { transport: "body", tokens: [refresh.token] },
        attemptKeys: { attemptKeyHash: null, settledKeyHashes: [] },
        address: null,
        userAgent: null,
        now: Date.now(),
      });
      const [settled] = await Promise.all([
        Promise.allSettled([renewal]),
        vi.advanceTimersByTimeAsync(RENEWAL_DEADLINE),
      ]);
      expect(settled).toMatchObject([{ reason: refusal("database_unavailable") }]);
    } finally {
      vi.useRealTimers();
    }
    expect(RENEWAL_DEADLINE).toBeLessThan(ROTATION_WINDOW);
  });
});

describe("two cookie slots", () => {
  it("reads the highest token, in either order", async () => {
    const { session, refresh } = await server.signIn(ana, "cookie");
    await server.age(session.id, BEYOND_WINDOW);
    const first = tokenOf(await server.renewByCookie([refresh.token]));
    await server.age(session.id, BEYOND_WINDOW);
    expect((await server.renewByCookie([refresh.token, first])).refresh?.generation).toBe(2);
    const { ended_at } = await server.row(session.id);
    expect(ended_at).toBeNull();
    expect(tokenOf(await server.renewByCookie([first, refresh.token]))).toBeDefined();
  });

  it("skips a slot of a dead, foreign or forged token while the other lives", async () => {
    const dead = await server.signIn(ana, "cookie");
    await server.sessions.end(dead.session.id, {
      reason: "signed_out",
      actorId: null,
      now: Date.now(),
    });
    const live = await server.signIn(ana, "cookie");
    const native = await server.signIn(ana, "body");
    const forged = `${live.refresh.token.slice(0, -4)}AAAA`;
    for (const other of [dead.refresh.token, native.refresh.token, forged, "junk"]) {
      const answered = await server.renewByCookie([other, live.refresh.token]);
      expect(answered.sessionId).toBe(live.session.id);
    }
    await expect(server.renewByCookie([dead.refresh.token, "junk"])).rejects.toEqual(
      refusal("session_ended"),
    );
  });

  it("prefers the newer of two live sessions: a late cookie of an earlier sign-in", async () => {
    const early = await server.signIn(ana, "cookie");
    await server.age(early.session.id, BEYOND_WINDOW);
    const late = tokenOf(await server.renewByCookie([early.refresh.token]));
    const current = await server.signIn(ana, "cookie");
    const answered = await server.renewByCookie([late, current.refresh.token]);
    expect(answered.sessionId).toBe(current.session.id);
  });
});

describe("what a renewed token says", () => {
  it("reads roles, permissions and handles as they are at the renewal", async () => {
    const { refresh } = await server.signIn(ana);
    const handle = await giveRole(server.database, ana.id, {
      name: "doctor",
      permissions: ["appointments:read", "appointments:cancel"],
    });
    const { access } = await server.renew(refresh.token);
    const subject = await loadSubject(server.database, ana.id);
    expect(decodeJwtUnverified(access.token).claims).toMatchObject({
      roles: ["doctor"],
      permissions: ["appointments:cancel", "appointments:read"],
      handles: [subject.handle, handle],
      amr: ["pwd"],
    });
  });
});
