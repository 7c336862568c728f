// What users can learn about themselves: their data as a file, and what happened to their account.

import type { Page } from "@latchkey/protocol";
import { expect, it } from "vitest";
import {
  createAdministrator,
  PASSWORD,
  signUpAndLogIn,
  startServer,
  type TestServer,
} from "./test-server.ts";

const ANN = "ann@example.com";

interface Activity {
  readonly kind: string;
  readonly by: string | null;
  readonly address: string | null;
  readonly device: string | null;
}

const activity = async (server: TestServer, token: string, query = "") =>
  (await server.send<Page<Activity>>(`/auth/me/activity${query}`, { token })).body;

it("exports everything about oneself, nothing of others, and no secret", async () => {
  const server = await startServer();
  const ann = await signUpAndLogIn(server, ANN);
  await signUpAndLogIn(server, "bob@example.com");
  await server.send("/auth/me", {
    method: "PATCH",
    token: ann.access_token,
    json: { name: "Ann", username: "ann" },
  });
  const answer = await server.send("/auth/me/export", { token: ann.access_token });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("Content-Disposition")).toBe('attachment; filename="account.json"');
  expect(answer.headers.get("Cache-Control")).toBe("no-store");
  expect(answer.body).toMatchObject({
    user: { id: ann.user.id, email: ANN, name: "Ann", username: "ann" },
    has_password: true,
    authenticator_app: null,
    recovery_codes_left: 0,
    passkeys: [],
    sessions: [{ address: "192.0.2.1", signed_in_by: ["pwd"], ended_at: null }],
  });
  expect(answer.text).toContain('"kind":"user.exported"');
  for (const secret of ["bob@", "argon2", PASSWORD, "eyJ", ann.refresh_token ?? "", "nonce"]) {
    expect(answer.text).not.toContain(secret);
  }
});

it("exports now and then, and not all the time", async () => {
  const server = await startServer({
    rateLimits: { dataExport: { perName: { attempts: 1, per: 60 } } },
  });
  const { access_token: token } = await signUpAndLogIn(server, ANN);
  expect((await server.send("/auth/me/export", { token })).status).toBe(200);
  expect((await server.send("/auth/me/export", { token })).status).toBe(429);
  expect((await server.send("/auth/me/export")).status).toBe(401);
});

it("lists what happened to the account, and not who of the administrators did it", async () => {
  const server = await startServer();
  const root = await createAdministrator(server);
  const ann = await signUpAndLogIn(server, ANN);
  await server.send(`/auth/admin/users/${ann.user.id}`, {
    method: "PATCH",
    token: root.access_token,
    json: { name: "Ann" },
    address: "203.0.113.66",
  });
  await server.send("/auth/login", { json: { email: ANN, password: "wrong" } });
  const page = await activity(server, ann.access_token);
  expect(page.items.map(({ kind, by }) => [kind, by])).toEqual([
    ["login", null],
    ["user.changed", "administrator"],
    ["login", "you"],
    ["user.created", "you"],
  ]);
  expect(page.items[1]).toMatchObject({ address: null, device: null });
  expect(JSON.stringify(page)).not.toContain(root.user.id);
  const first = await activity(server, ann.access_token, "?limit=1");
  const second = await activity(server, ann.access_token, `?limit=1&before=${first.next}`);
  expect(second.items).toEqual([page.items[1]]);
});
