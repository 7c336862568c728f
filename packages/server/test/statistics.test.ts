// What the dashboard and the settings page are told, against whole servers and both stores.

import type { Problem } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { signUpAndLogIn, startServer } from "./test-server.ts";

interface Minute {
  readonly sign_ins: { readonly succeeded: number; readonly failed: number };
  readonly renewals: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly events: Readonly<Record<string, number>>;
  readonly active_sessions: number | null;
}

const STATISTICS = "/auth/admin/statistics";
const SETTINGS = "/auth/admin/settings";

function sum(minutes: readonly Minute[], of: (minute: Minute) => number | undefined): number {
  return minutes.reduce((total, minute) => total + (of(minute) ?? 0), 0);
}

describe("GET /auth/admin/statistics", () => {
  it("counts sign-ins, renewals by result, refusals by code, and live sessions", async () => {
    const server = await startServer();
    const email = "ann@example.com";
    const session = await signUpAndLogIn(server, email);
    await server.send("/auth/login", { json: { email, password: "not the password" } });
    await server.send("/auth/refresh", { json: { refresh_token: session.refresh_token } });
    await server.send("/auth/refresh", { json: { refresh_token: "lkr_nothing" } });
    await server.send("/auth/me", { token: "a.b.c" });
    const { status, body } = await server.control<{ minutes: Minute[] }>(STATISTICS);
    expect(status).toBe(200);
    const { minutes } = body;
    expect(sum(minutes, (minute) => minute.sign_ins.succeeded)).toBe(1);
    expect(sum(minutes, (minute) => minute.sign_ins.failed)).toBe(1);
    const renewed = (name: string) => sum(minutes, ({ renewals }) => renewals[name]);
    // Just after sign-in the refresh token stays as it is.
    expect([renewed("rotated") + renewed("kept"), renewed("refresh_token_invalid")]).toEqual([
      1, 1,
    ]);
    const refused = (code: string) => sum(minutes, ({ refusals }) => refusals[code]);
    expect([refused("invalid_credentials"), refused("refresh_token_invalid")]).toEqual([1, 1]);
    expect(refused("invalid_token")).toBe(1);
    expect(minutes.at(-1)?.active_sessions).toBe(1);
  });

  it("is for administrators, and for a day at most", async () => {
    const server = await startServer();
    const user = await signUpAndLogIn(server, "bo@example.com");
    for (const path of [STATISTICS, SETTINGS]) {
      expect((await server.send<Problem>(path)).status).toBe(401);
      const refused = await server.send<Problem>(path, { token: user.access_token });
      expect([refused.status, refused.body.code]).toEqual([403, "permission_denied"]);
    }
    for (const minutes of ["0", "1441", "-1", "1e3", "all"]) {
      expect((await server.control(`${STATISTICS}?minutes=${minutes}`)).status).toBe(400);
    }
  });
});

describe("GET /auth/admin/settings", () => {
  it("tells what the server runs with, and where it came from", async () => {
    const server = await startServer({
      accessTokenLifetime: "5m",
      settingSources: { accessTokenLifetime: "LATCHKEY_ACCESS_TOKEN_LIFETIME" },
    });
    const { body } = await server.control<{ items: { name: string; value: string }[] }>(SETTINGS);
    expect(body.items).toContainEqual({
      name: "accessTokenLifetime",
      value: "5 minutes",
      source: "LATCHKEY_ACCESS_TOKEN_LIFETIME",
      is_default: false,
      effect: expect.any(String),
    });
  });
});
