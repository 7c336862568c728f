// The end of an account: asked for by its owner, brought back by the mailed link, done by the sweeper
// or at once by an administrator; and what is left of it in the audit log.

import type { AuditEventAnswer, Page, Problem } from "@latchkey/protocol";
import { Secret, TOTP } from "otpauth";
import { expect, it } from "vitest";
import { sweepDeletions } from "../src/accounts/deletion/sweep-deletions.ts";
import type { Database, Query } from "../src/storage/database.ts";
import { openTestDatabase } from "./engines/engines.ts";
import {
  createAdministrator,
  logIn,
  PASSWORD,
  signUpAndLogIn,
  startServer,
  type TestServer,
} from "./test-server.ts";

const ANN = "ann@example.com";
const DAY = 24 * 60 * 60 * 1000;

async function askDeletion(server: TestServer, token: string, json: object = {}) {
  return server.send<{ delete_at: string } & Problem>("/auth/me", {
    method: "DELETE",
    token,
    json,
    headers: { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" },
  });
}

async function cancelLink(server: TestServer): Promise<string> {
  const mails = await server.control<{ items: { kind: string; to: string; text: string }[] }>(
    "/auth/admin/mail",
  );
  const mail = mails.body.items.find(({ kind }) => kind === "account_deletion");
  expect(mail?.to).toBe(ANN);
  const token = /\/cancel-deletion\?token=([\w-]+)/.exec(mail?.text ?? "")?.[1];
  if (token === undefined) throw new Error("no link in the mail");
  return token;
}

const cancel = (server: TestServer, token: string) =>
  server.send<Problem>("/auth/deletion/cancel", { json: { token } });

const login = (server: TestServer, password = PASSWORD) =>
  server.send<Problem>("/auth/login", { json: { email: ANN, password } });

const audit = async (server: TestServer, query: string) =>
  (await server.control<Page<AuditEventAnswer>>(`/auth/admin/audit?${query}`)).body.items;

const exists = async (server: TestServer, id: string): Promise<boolean> =>
  (await server.control(`/auth/admin/users/${id}`)).status === 200;

/** A server on a store that the test can sweep, as the sweeper does it. */
async function startSwept() {
  const database = await openTestDatabase();
  const server = await startServer({ database });
  return {
    server,
    sweep: (later: number) => {
      return sweepDeletions({ database, retire: () => [] }, Date.now() + later);
    },
  };
}

it("shuts the account at once, and ends its sessions and tokens", async () => {
  const server = await startServer();
  const ann = await signUpAndLogIn(server, ANN);
  const answer = await askDeletion(server, ann.access_token, { current_password: PASSWORD });
  expect(answer.status).toBe(202);
  expect(Date.parse(answer.body.delete_at) - Date.now()).toBeGreaterThan(29 * DAY);
  const me = await server.send("/auth/me", { token: ann.access_token });
  expect(me.status).toBe(401);
  const json = { refresh_token: ann.refresh_token };
  expect((await server.send("/auth/refresh", { json })).status).toBe(401);
  // N1: to others it is an account like none.
  const mine = await login(server);
  const nobodys = await server.send("/auth/login", {
    json: { email: "nobody@example.com", password: PASSWORD },
  });
  expect([mine.status, mine.text]).toEqual([nobodys.status, nobodys.text]);
});

it("is brought back by the mailed link, once", async () => {
  const server = await startServer();
  const ann = await signUpAndLogIn(server, ANN);
  await askDeletion(server, ann.access_token);
  const token = await cancelLink(server);
  server.advance(29 * DAY);
  expect((await cancel(server, token)).status).toBe(200);
  expect((await login(server)).status).toBe(200);
  const again = await cancel(server, token);
  expect([again.status, again.body.code]).toEqual([403, "code_invalid"]);
  expect((await cancel(server, "A".repeat(43))).body.code).toBe("code_invalid");
  const kinds = (await audit(server, `user=${ann.user.id}`)).map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(["user.deletion_asked", "user.deletion_cancelled"]));
});

it("wants the password, or a sign-in of the last ten minutes", async () => {
  const server = await startServer();
  const ann = await signUpAndLogIn(server, ANN);
  const wrong = await askDeletion(server, ann.access_token, { current_password: "not it" });
  expect([wrong.status, wrong.body.code]).toEqual([401, "invalid_credentials"]);
  server.advance(601_000);
  const late = await askDeletion(server, ann.access_token);
  expect([late.status, late.body.code]).toEqual([401, "step_up_required"]);
  expect(late.headers.get("WWW-Authenticate")).toContain("insufficient_user_authentication");
  expect((await login(server)).status).toBe(200);
});

it("is done when the grace period is over, and the log keeps identifiers only", async () => {
  const { server, sweep } = await startSwept();
  const { user, access_token: token } = await signUpAndLogIn(server, ANN);
  await login(server, "a wrong password");
  await askDeletion(server, token);
  const link = await cancelLink(server);
  const before = await audit(server, `user=${user.id}`);
  expect(before.some(({ address }) => address === "192.0.2.1")).toBe(true);

  await sweep(29 * DAY);
  expect(await exists(server, user.id)).toBe(true);
  await sweep(30 * DAY + 1);
  expect(await exists(server, user.id)).toBe(false);
  expect((await cancel(server, link)).body.code).toBe("code_invalid");

  const left = await audit(server, `user=${user.id}`);
  expect(left.map(({ kind }) => kind)).toEqual(["user.deleted", ...before.map(({ kind }) => kind)]);
  for (const event of left) {
    expect([event.address, event.user_agent, event.detail]).toEqual([null, null, {}]);
  }
  // The address is free again.
  expect((await signUpAndLogIn(server, ANN)).user.id).not.toBe(user.id);
});

it("is brought back whatever else was changed since: a role, a password, factors, sessions", async () => {
  const server = await startServer();
  const { user, access_token: token } = await signUpAndLogIn(server, ANN);
  await askDeletion(server, token);
  const link = await cancelLink(server);
  const path = `/auth/admin/users/${user.id}`;
  const password = "nine grey geese at noon";
  await server.control("/auth/admin/roles", { json: { name: "reader", permissions: [] } });
  for (const [method, of, json] of [
    ["PUT", "/roles/reader", undefined],
    ["PUT", "/password", { password }],
    ["DELETE", "/factors", undefined],
    ["DELETE", "/sessions", undefined],
    ["DELETE", "/roles/reader", undefined],
  ] as const) {
    const done = await server.control(`${path}${of}`, { method, ...(json && { json }) });
    expect([of, done.status < 300]).toEqual([of, true]);
  }
  expect((await cancel(server, link)).status).toBe(200);
  expect((await login(server, password)).status).toBe(200);
});

it("is not brought back by a link of an earlier request, or after an administrator enabled it", async () => {
  const server = await startServer();
  const { user, access_token: token } = await signUpAndLogIn(server, ANN);
  await askDeletion(server, token);
  const first = await cancelLink(server);
  const path = `/auth/admin/users/${user.id}`;
  await server.control(path, { method: "PATCH", json: { disabled: false } });
  expect((await cancel(server, first)).body.code).toBe("code_invalid");
  await askDeletion(server, (await logIn(server, ANN)).access_token);
  expect((await cancel(server, first)).body.code).toBe("code_invalid");
  // Shut by an administrator after it was brought back: no link opens it.
  expect((await cancel(server, await cancelLink(server))).status).toBe(200);
  await server.control(path, { method: "PATCH", json: { disabled: true } });
  expect((await cancel(server, first)).body.code).toBe("code_invalid");
  expect((await login(server)).status).toBe(401);
});

it("is not brought back when an administrator has disabled it since", async () => {
  const { server, sweep } = await startSwept();
  const { user, access_token: token } = await signUpAndLogIn(server, ANN);
  await askDeletion(server, token);
  const link = await cancelLink(server);
  const path = `/auth/admin/users/${user.id}`;
  await server.control(path, { method: "PATCH", json: { disabled: true } });
  expect((await cancel(server, link)).body.code).toBe("code_invalid");
  // The administrator can, and then nothing is deleted any more.
  await server.control(path, { method: "PATCH", json: { disabled: false } });
  expect((await login(server)).status).toBe(200);
  await sweep(31 * DAY);
  expect(await exists(server, user.id)).toBe(true);
});

it("is not done to an account that was brought back while the sweeper was at others", async () => {
  const database = await openTestDatabase();
  const server = await startServer({ database });
  const { user, access_token: token } = await signUpAndLogIn(server, ANN);
  await askDeletion(server, token);
  let reads = 0;
  const swept: Database = Object.assign(Object.create(database) as Database, {
    read: async <Row>(query: Query<Row>) => {
      const rows = await database.read(query);
      reads += 1;
      // Behind the list of who is due.
      if (reads === 1) {
        const path = `/auth/admin/users/${user.id}`;
        await server.control(path, { method: "PATCH", json: { disabled: false } });
      }
      return rows;
    },
  });
  await sweepDeletions({ database: swept, retire: () => [] }, Date.now() + 31 * DAY);
  expect(reads).toBeGreaterThan(1);
  expect(await exists(server, user.id)).toBe(true);
  expect((await login(server)).status).toBe(200);
});

it("is asked for with the second factor where there is one, password or not", async () => {
  const server = await startServer();
  const { access_token: token } = await signUpAndLogIn(server, ANN);
  const begun = await server.send<{ secret: string }>("/auth/me/totp", { method: "POST", token });
  const code = new TOTP({ secret: Secret.fromBase32(begun.body.secret) }).generate();
  const json = { code };
  const enrolled = await server.send<{ access_token: string }>("/auth/me/totp/confirm", {
    token,
    json,
  });
  server.advance(601_000);
  const { access_token: stolen } = enrolled.body;
  const proof = { current_password: PASSWORD };
  const answer = await askDeletion(server, stolen, proof);
  expect([answer.status, answer.body.code]).toEqual([401, "step_up_required"]);
  const change = { email: "eve@example.com", ...proof };
  const mail = await server.send<Problem>("/auth/me/email", { token: stolen, json: change });
  expect([mail.status, mail.body.code]).toEqual([401, "step_up_required"]);
});

it("does not leave a server without an administrator", async () => {
  const server = await startServer();
  const root = await createAdministrator(server);
  const own = await askDeletion(server, root.access_token);
  expect([own.status, own.body.code]).toEqual([409, "last_administrator"]);
  const path = `/auth/admin/users/${root.user.id}`;
  const other = await server.control<Problem>(path, { method: "DELETE" });
  expect([other.status, other.body.code]).toEqual([409, "last_administrator"]);
});

it("is done at once by an administrator, and every token is refused", async () => {
  const server = await startServer();
  const root = await createAdministrator(server);
  const ann = await signUpAndLogIn(server, ANN);
  const path = `/auth/admin/users/${ann.user.id}`;
  const byHerself = await server.send(path, { method: "DELETE", token: ann.access_token });
  expect(byHerself.status).toBe(403);
  expect((await server.send(path, { method: "DELETE", token: root.access_token })).status).toBe(
    204,
  );
  expect((await server.send(path, { method: "DELETE", token: root.access_token })).status).toBe(
    404,
  );
  expect((await server.send("/auth/me", { token: ann.access_token })).status).toBe(401);
  const json = { refresh_token: ann.refresh_token };
  expect((await server.send("/auth/refresh", { json })).status).toBe(401);
  const [event] = await audit(server, `user=${ann.user.id}&kind=user.deleted`);
  expect(event).toMatchObject({ actor_id: root.user.id, address: "192.0.2.1", detail: {} });
  await logIn(server, "root@example.com");
});
