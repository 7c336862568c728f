import { createIdentifier } from "@latchkey/protocol";
import { decodeJwtUnverified } from "@latchkey/jose";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadSubject, openTestSessions } from "../../test/open-sessions.ts";
import type { Retire } from "../authorization/change-roles.ts";
import { WriteConflict, writeAll } from "../storage/write.ts";
import { credentialChangeSteps, freshAccess } from "./credential-change.ts";

async function open() {
  const server = await openTestSessions();
  onTestFinished(() => server.close());
  const retire: Retire = (handles, now) =>
    server.ledger.retire(handles, Math.ceil(now / 1000) + 900);
  const subject = await server.createUser();
  return { ...server, retire, subject };
}

describe("a change of a credential", () => {
  it("renews the handle, retires the old one, and ends all sessions but one", async () => {
    const server = await open();
    const { database, sessions, ledger, subject } = server;
    const kept = await server.signIn(subject);
    const ended = await server.signIn(subject);
    const now = Date.now() + 5;
    const { steps, lastSteps, newHandle } = credentialChangeSteps({
      ...server,
      keepSessionId: kept.session.id,
      reason: "password_changed",
      changes: { password_hash: "changed" },
      now,
    });
    await writeAll(database, [...steps, ...lastSteps]);
    const after = await loadSubject(database, subject.id);
    expect(after).toMatchObject({ handle: newHandle, passwordHash: "changed" });
    expect(newHandle).not.toBe(subject.handle);
    expect(await ledger.isRetired([subject.handle])).toBe(true);
    expect(await ledger.isRetired([newHandle])).toBe(false);
    expect((await server.row(kept.session.id)).ended_at).toBeNull();
    expect((await server.row(ended.session.id)).end_reason).toBe("password_changed");
    const access = await freshAccess(sessions, kept.session.id, now);
    expect(access).toMatchObject({ token_type: "Bearer", expires_in: 900 });
    const { claims } = decodeJwtUnverified(access.access_token);
    expect(claims).toMatchObject({ sid: kept.session.id, handles: [newHandle] });
    await expect(freshAccess(sessions, ended.session.id, now)).rejects.toMatchObject({
      code: "session_ended",
    });
  });

  it("ends every session when none is kept", async () => {
    const server = await open();
    const one = await server.signIn(server.subject);
    const two = await server.signIn(server.subject);
    const { steps, lastSteps } = credentialChangeSteps({
      ...server,
      keepSessionId: null,
      reason: "password_reset",
      now: Date.now(),
    });
    await writeAll(server.database, [...steps, ...lastSteps]);
    for (const { session } of [one, two]) {
      expect((await server.row(session.id)).end_reason).toBe("password_reset");
    }
  });

  it("writes nothing for a user who changed meanwhile", async () => {
    const server = await open();
    const { session } = await server.signIn(server.subject);
    const stale = { id: server.subject.id, handle: createIdentifier() };
    const { steps, lastSteps } = credentialChangeSteps({
      ...server,
      subject: stale,
      keepSessionId: null,
      reason: "password_changed",
      now: Date.now(),
    });
    const write = writeAll(server.database, [...steps, ...lastSteps]);
    await expect(write).rejects.toBeInstanceOf(WriteConflict);
    expect((await server.row(session.id)).ended_at).toBeNull();
    expect((await loadSubject(server.database, stale.id)).handle).toBe(server.subject.handle);
    expect(await server.ledger.isRetired([stale.handle])).toBe(false);
  });
});
