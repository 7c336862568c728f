// While the feed is stale and the owner chose it, the issuer is asked about each token.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { requestWith, START, TestIssuer } from "../test/test-issuer.ts";
import { createGuard, type Guard } from "./index.ts";

const credentials = { clientId: "guard 1", clientSecret: "s:ecret/+" };
let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await TestIssuer.start();
  issuer.metadata = { introspection_endpoint: `${issuer.url}/introspect` };
});
afterEach(async () => {
  await issuer.stop();
});

async function outcome(guard: Guard, token: string): Promise<string> {
  const result = await guard.authenticate(requestWith(token));
  return result.ok ? "ok" : `${result.status} ${result.challenge?.reason ?? result.problem.code}`;
}

/** A guard whose feed has been silent for longer than it may be. */
async function staleGuard(): Promise<Guard> {
  const guard = await issuer.readyGuard({ onStale: "introspect", credentials });
  issuer.manners.feed = "hangs_up";
  issuer.now = START + 31;
  return guard;
}

describe("onStale: introspect", () => {
  test("asks only while the feed is stale", async () => {
    const guard = await issuer.readyGuard({ onStale: "introspect", credentials });
    const token = issuer.token();
    expect(await outcome(guard, token)).toBe("ok");
    expect(issuer.introspected).toEqual([]);
    issuer.now = START + 31;
    expect(await outcome(guard, token)).toBe("ok");
    expect(issuer.introspected).toHaveLength(1);
    expect(guard.status().cannotPromise).toEqual([
      "the revocation feed is stale: the issuer is asked about every token",
    ]);
    await guard.refresh();
    expect(await outcome(guard, token)).toBe("ok");
    expect(issuer.introspected).toHaveLength(1);
  });

  test("shows who it is by client_secret_basic, RFC 6749 section 2.3.1", async () => {
    const guard = await staleGuard();
    const token = issuer.token();
    await outcome(guard, token);
    const [question] = issuer.introspected;
    expect(question?.token).toBe(token);
    const basic = Buffer.from(question?.authorization.slice("Basic ".length) ?? "", "base64");
    expect(basic.toString()).toBe("guard+1:s%3Aecret%2F%2B");
    // The feed is told as well, for it may be closed.
    expect(issuer.feedQuestions[0]?.authorization).toBe(question?.authorization);
  });

  test("an inactive token is refused, and an active one a second later asked about again", async () => {
    const guard = await staleGuard();
    const token = issuer.token();
    expect(await outcome(guard, token)).toBe("ok");
    issuer.answerIntrospection = () => ({ status: 200, body: '{"active":false}' });
    expect(await outcome(guard, token)).toBe("ok");
    issuer.now += 1;
    expect(await outcome(guard, token)).toBe("401 retired");
  });

  test("questions about one token at the same time are one", async () => {
    const guard = await staleGuard();
    const token = issuer.token();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(guard, token)));
    expect(new Set(outcomes)).toEqual(new Set(["ok"]));
    expect(issuer.introspected).toHaveLength(1);
  });

  test("a flood of tokens is bounded, and what is beyond it refused", async () => {
    const guard = await staleGuard();
    const tokens = Array.from({ length: 200 }, () => issuer.token());
    const outcomes = await Promise.all(tokens.map((token) => outcome(guard, token)));
    expect(outcomes.filter((name) => name === "503 revocations_unknown").length).toBeGreaterThan(0);
    expect(outcomes.filter((name) => name === "ok").length).toBeGreaterThan(0);
  });

  test("what is refused here is never asked about (GHSA-qvp4-rpmr-xwrr)", async () => {
    const guard = await staleGuard();
    await outcome(guard, issuer.token({ aud: "https://other.test" }));
    await outcome(guard, issuer.token({ exp: START }));
    expect(issuer.introspected).toEqual([]);
  });

  test.each([
    ["an error", { status: 500, body: "" }],
    ["a refusal of the guard itself", { status: 401, body: '{"error":"invalid_client"}' }],
    ["HTML", { status: 200, body: "<h1>active</h1>", type: "text/html" }],
    ["something that is no JSON", { status: 200, body: "active" }],
    ["active that is not true", { status: 200, body: '{"active":"true"}' }],
    ["nothing about it", { status: 200, body: "{}" }],
    ["too much", { status: 200, body: `{"active":true,"x":"${"a".repeat(100_000)}"}` }],
  ])("P11: %s denies", async (_name, answer) => {
    const guard = await staleGuard();
    issuer.answerIntrospection = () => answer;
    expect(await outcome(guard, issuer.token())).toBe("503 revocations_unknown");
  });

  test("an issuer without the endpoint, or with one fit for no secret, denies and says so", async () => {
    for (const endpoint of [undefined, "http://other.test/introspect", "https://a:b@x.test/", 7]) {
      issuer.manners.feed = "well";
      issuer.now = START;
      issuer.metadata = { introspection_endpoint: endpoint };
      const guard = await staleGuard();
      expect(await outcome(guard, issuer.token())).toBe("503 revocations_unknown");
      expect(guard.status().cannotPromise).toContain(
        "this issuer names no introspection endpoint: a stale feed refuses every token",
      );
    }
  });

  test("needs credentials at construction", () => {
    const { url } = issuer;
    const options = { issuer: url, audience: "a", onStale: "introspect" } as const;
    expect(() => createGuard(options)).toThrow(TypeError);
    expect(() =>
      createGuard({ ...options, credentials: { clientId: "", clientSecret: "x" } }),
    ).toThrow("credentials are");
  });
});
