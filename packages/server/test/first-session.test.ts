// The main job through the whole server: sign up, sign in, be somebody, renew, sign out.

import type { Problem, RefreshAnswer, UserAnswer } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import {
  createAdministrator,
  logIn,
  PASSWORD,
  signUpAndLogIn,
  startServer,
} from "./test-server.ts";

describe("a first session", () => {
  it("signs up without tokens, signs in, and knows who is there", async () => {
    const server = await startServer();
    const signup = await server.send("/auth/signup", {
      json: { email: "Ann@Example.com", password: PASSWORD, username: "Ann", name: "Ann A." },
    });
    expect([signup.status, Object.keys(JSON.parse(signup.text))]).toEqual([202, ["sign_up"]]);

    const login = await logIn(server, "ann@example.com");
    expect(login).toMatchObject({
      token_type: "Bearer",
      expires_in: 900,
      refresh_token: expect.stringMatching(/^lkr_/),
      refresh_generation: 0,
      user: { email: "ann@example.com", username: "ann", name: "Ann A.", roles: [] },
    });
    const me = await server.send<UserAnswer>("/auth/me", { token: login.access_token });
    expect(me.body).toEqual(login.user);
    expect(me.headers.get("Cache-Control")).toBe("no-store");

    const byName = await server.send("/auth/login", {
      json: { username: "ann", password: PASSWORD },
    });
    expect(byName.status).toBe(200);
  });

  it("renews, signs out, and refuses the token at once", async () => {
    const server = await startServer();
    const login = await signUpAndLogIn(server, "ann@example.com");
    const refresh = await server.send<RefreshAnswer>("/auth/refresh", {
      json: { refresh_token: login.refresh_token },
    });
    expect(refresh.status).toBe(200);
    const token = refresh.body.access_token;
    expect((await server.send("/auth/logout", { method: "POST", token })).status).toBe(204);
    const refused = await server.send<Problem>("/auth/me", { token });
    expect([refused.status, refused.body.code]).toEqual([401, "invalid_token"]);
    expect(refused.headers.get("WWW-Authenticate")).toContain('latchkey_reason="retired"');
  });

  it("edits the account", async () => {
    const server = await startServer();
    const { access_token: token } = await signUpAndLogIn(server, "ann@example.com");
    const edited = await server.send<UserAnswer>("/auth/me", {
      method: "PATCH",
      token,
      json: { name: "Ann B.", username: "annb" },
    });
    expect(edited.body).toMatchObject({ name: "Ann B.", username: "annb" });
    await server.send("/auth/signup", {
      json: { email: "bob@example.com", password: PASSWORD, username: "bob" },
    });
    const taken = await server.send<Problem>("/auth/me", {
      method: "PATCH",
      token,
      json: { username: "bob" },
    });
    expect([taken.status, taken.body.code]).toEqual([409, "username_taken"]);
  });

  it("keeps everything over a restart", async () => {
    const server = await startServer();
    const login = await createAdministrator(server);
    const again = await server.restart();
    expect(again.setupLink).toBeNull();
    expect((await again.send("/auth/me", { token: login.access_token })).status).toBe(200);
    expect((await again.send("/auth/admin/users", { token: login.access_token })).status).toBe(200);
  });
});
