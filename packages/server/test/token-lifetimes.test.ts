// What is taken back must be remembered for as long as any token can live, also one that was
// issued when tokens lived longer than they do now.

import { decodeJwtUnverified } from "@latchkey/jose";
import { describe, expect, it } from "vitest";
import { logIn, signUpAndLogIn, startServer, type TestServer } from "./test-server.ts";

async function lastExpiry(server: TestServer): Promise<number> {
  const { text } = await server.send("/auth/revocations");
  const entries = decodeJwtUnverified(text).claims["entries"] as [string, number][];
  return entries.at(-1)?.[1] ?? 0;
}

const expiryOf = (token: string): number => decodeJwtUnverified(token).claims.exp ?? Infinity;

describe("entries of the ledger", () => {
  it("outlive tokens of an earlier, longer life", async () => {
    const first = await startServer({ accessTokenLifetime: "12h" });
    const { access_token: old } = await signUpAndLogIn(first, "ada@example.com");
    const server = await first.restart({ accessTokenLifetime: "1m" });
    await server.send("/auth/logout", { method: "POST", token: old });
    expect(await lastExpiry(server)).toBeGreaterThan(expiryOf(old));
    expect((await server.send("/auth/me", { token: old })).status).toBe(401);
  });

  it("live shorter again once those tokens are over", async () => {
    const first = await startServer({ accessTokenLifetime: "1h" });
    await signUpAndLogIn(first, "ada@example.com");
    const now = Date.now() + 2 * 60 * 60 * 1000;
    const server = await first.restart({ accessTokenLifetime: "1m", clock: () => now });
    const { access_token: token } = await logIn(server, "ada@example.com");
    await server.send("/auth/logout", { method: "POST", token });
    const expiry = await lastExpiry(server);
    expect(expiry).toBeGreaterThan(expiryOf(token));
    expect(expiry).toBeLessThan(expiryOf(token) + 15 * 60);
  });
});
