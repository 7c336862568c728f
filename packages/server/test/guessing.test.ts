// N7 of the catalogue: how often one may try, and that trying locks nobody else out.

import type { Problem } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { FREE_LANE_FAILURES, MAX_LANE_FAILURES } from "../src/guessing/lane.ts";
import {
  type Answer,
  ISSUER,
  PASSWORD,
  signUpAndLogIn,
  startServer,
  type TestServer,
} from "./test-server.ts";

const WRONG = "a password of somebody else";

const login = (server: TestServer, email: string, password = WRONG, address = "192.0.2.1") =>
  server.send<Problem>("/auth/login", { json: { email, password }, address });

describe("N7: how often one may try", () => {
  it("answers 429 with Retry-After, and lets in again when the time has passed", async () => {
    const limit = { attempts: 2, per: 60 };
    const server = await startServer({ rateLimits: { login: { perNameAndNetwork: limit } } });
    await signUpAndLogIn(server, "ann@example.com");
    await login(server, "ann@example.com");
    await login(server, "ann@example.com");
    const refused = await login(server, "ann@example.com", PASSWORD);
    expect([refused.status, refused.body.code]).toEqual([429, "rate_limited"]);
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    server.advance(61_000);
    expect((await login(server, "ann@example.com", PASSWORD)).status).toBe(200);
  });

  it("counts before it works: parallel attempts do not slip through", async () => {
    const limit = { attempts: 2, per: 900 };
    const server = await startServer({ rateLimits: { login: { perNameAndNetwork: limit } } });
    const statuses = await Promise.all(
      Array.from({ length: 10 }, async () => (await login(server, "ann@example.com")).status),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(2);
    expect(statuses.filter((status) => status === 429)).toHaveLength(8);
  });

  it("does not lock the owner out of another network", async () => {
    const limit = { attempts: 2, per: 900 };
    const server = await startServer({ rateLimits: { login: { perNameAndNetwork: limit } } });
    await signUpAndLogIn(server, "ann@example.com");
    for (let i = 0; i < 4; i++) await login(server, "ann@example.com", WRONG, "198.51.100.66");
    expect((await login(server, "ann@example.com", PASSWORD)).status).toBe(200);
  });

  it("counts one IPv6 subscriber as one network (CVE-2026-45364)", async () => {
    const limit = { attempts: 2, per: 900 };
    const server = await startServer({ rateLimits: { login: { perNetwork: limit } } });
    const statuses = [];
    for (const [i, address] of ["2001:db8::1", "2001:db8::2", "2001:db8::ffff"].entries()) {
      statuses.push((await login(server, `user${i}@example.com`, WRONG, address)).status);
    }
    expect(statuses).toEqual([401, 401, 429]);
    expect((await login(server, "u@example.com", WRONG, "2001:db8:0:1::1")).status).toBe(401);
  });

  it("does not believe X-Forwarded-For of strangers (CVE-2026-27700)", async () => {
    const limit = { attempts: 2, per: 900 };
    const server = await startServer({ rateLimits: { login: { perNetwork: limit } } });
    const statuses = [];
    for (let i = 1; i <= 3; i++) {
      const headers = { "X-Forwarded-For": `198.51.100.${i}` };
      const json = { email: `user${i}@example.com`, password: WRONG };
      statuses.push((await server.send("/auth/login", { json, headers })).status);
    }
    expect(statuses).toEqual([401, 401, 429]);
  });

  it.each(["//auth/login", "/auth//login", "/auth/login/", "/AUTH/login"])(
    "has no second way in at %s (GHSA-x732-6j76-qmhm)",
    async (path) => {
      const server = await startServer();
      const response = await server.latchkey.fetch(
        new Request(`${ISSUER}${path}`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ email: "ann@example.com", password: WRONG }),
        }),
      );
      expect(response.status).toBe(404);
    },
  );

  it("limits sign-up by network and by address", async () => {
    const server = await startServer({
      rateLimits: {
        signUp: {
          perNetwork: { attempts: 3, per: 3600 },
          perName: { attempts: 1, per: 3600 },
        },
      },
    });
    const signUp = async (email: string, address?: string): Promise<number> =>
      (
        await server.send("/auth/signup", {
          json: { email, password: PASSWORD },
          ...(address === undefined ? {} : { address }),
        })
      ).status;
    expect(await signUp("a@example.com")).toBe(202);
    expect(await signUp("A@EXAMPLE.com", "198.51.100.2")).toBe(429);
    expect(await signUp("b@example.com")).toBe(202);
    expect(await signUp("c@example.com")).toBe(202);
    expect(await signUp("d@example.com")).toBe(429);
  });
});

/** Wrong passwords at an account, by its address and its user name in turn, each from elsewhere. */
async function attack(server: TestServer, tries: number): Promise<readonly Answer<Problem>[]> {
  const answers = [];
  for (let i = 1; i <= tries; i++) {
    const name = i % 2 === 0 ? { email: "ann@example.com" } : { username: "ann" };
    const json = { ...name, password: WRONG };
    const address = `198.51.100.${i}`;
    answers.push(await server.send<Problem>("/auth/login", { json, address }));
  }
  return answers;
}

/** Ann, who has signed in from 192.0.2.1. */
async function createAnn(server: TestServer): Promise<void> {
  const { access_token: token } = await signUpAndLogIn(server, "ann@example.com");
  await server.send("/auth/me", { method: "PATCH", token, json: { username: "ann" } });
}

const ELSEWHERE = "203.0.113.7";

describe("N7: an account under attack from many networks", () => {
  it("stays closed over a restart", async () => {
    const now = Date.now();
    const server = await startServer({ clock: () => now });
    await createAnn(server);
    await attack(server, FREE_LANE_FAILURES);
    const next = await server.restart();
    const elsewhere = () => login(next, "ann@example.com", PASSWORD, ELSEWHERE);
    expect((await elsewhere()).status).toBe(401);
    expect((await login(next, "ann@example.com", PASSWORD)).status).toBe(200);
    expect((await elsewhere()).status).toBe(200);
  });

  it("counts all its names together, and closes without a sign of it", async () => {
    const server = await startServer();
    await createAnn(server);
    const wrong = await attack(server, FREE_LANE_FAILURES);
    // From an unknown network not even the right password is accepted now, under neither name.
    const byEmail = await login(server, "ann@example.com", PASSWORD, ELSEWHERE);
    const byName = await server.send("/auth/login", {
      json: { username: "ann", password: PASSWORD },
      address: ELSEWHERE,
    });
    expect([byEmail.status, byEmail.body.code]).toEqual([401, "invalid_credentials"]);
    for (const answer of [byName, ...wrong]) expect(answer.text).toBe(byEmail.text);
    // The next wait is a second, and a success forgets them all.
    server.advance(1001);
    expect((await login(server, "ann@example.com", PASSWORD, ELSEWHERE)).status).toBe(200);
    expect((await login(server, "ann@example.com", WRONG, "203.0.113.8")).status).toBe(401);
    expect((await login(server, "ann@example.com", PASSWORD, "203.0.113.9")).status).toBe(200);
  });

  it("lets its owner in from a network that the owner has used before", async () => {
    const server = await startServer();
    await createAnn(server);
    await attack(server, FREE_LANE_FAILURES + 5);
    expect((await login(server, "ann@example.com", PASSWORD, "192.0.2.1")).status).toBe(200);
  });

  it("is not opened by failures that its owner makes at home", async () => {
    const server = await startServer({
      rateLimits: { login: { perNameAndNetwork: { attempts: 100, per: 60 } } },
    });
    await createAnn(server);
    for (let i = 0; i < FREE_LANE_FAILURES; i++) await login(server, "ann@example.com");
    expect((await login(server, "ann@example.com", PASSWORD)).status).toBe(401);
    // The other lane is not closed by it.
    expect((await login(server, "ann@example.com", PASSWORD, ELSEWHERE)).status).toBe(200);
  });

  it("is opened by a new password, whoever sets it", async () => {
    const server = await startServer();
    await createAnn(server);
    await attack(server, FREE_LANE_FAILURES);
    const users = await server.control<{ items: { id: string }[] }>("/auth/admin/users?search=ann");
    const path = `/auth/admin/users/${users.body.items[0]?.id}/password`;
    const password = "another walk by the river";
    await server.control(path, { method: "PUT", json: { password } });
    expect((await login(server, "ann@example.com", password, ELSEWHERE)).status).toBe(200);
  });

  it("takes no more than 100 wrong passwords in a row, whatever the time (NIST SP 800-63B-4 3.2.2)", () => {
    // Two lanes; limit-stores.test.ts shows that each takes this many and then none.
    expect(2 * MAX_LANE_FAILURES).toBeLessThanOrEqual(100);
  });
});
