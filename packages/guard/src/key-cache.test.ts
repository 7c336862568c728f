// Keys over HTTP: attacks H of the catalogue.

import { exportPublicJwk, generateKey } from "@latchkey/jose";
import { createIdentifier } from "@latchkey/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { requestWith, START, TestIssuer } from "../test/test-issuer.ts";
import type { Guard } from "./index.ts";

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await TestIssuer.start();
});
afterEach(async () => {
  await issuer.stop();
});

async function outcome(guard: Guard, token: string): Promise<string> {
  const result = await guard.authenticate(requestWith(token));
  if (result.ok) return "ok";
  return `${result.status} ${result.challenge?.reason ?? result.problem.code}`;
}

describe("H3: keys that have no place in a JWKS", () => {
  const secret = { kty: "oct", kid: "s1", alg: "HS256", k: "A".repeat(42) + "E" };

  test("a symmetric key: the set is refused and the last good keys stay", async () => {
    const guard = await issuer.readyGuard();
    const token = issuer.token();
    issuer.jwks = { keys: [...issuer.keys.map((key) => exportPublicJwk(key)), secret] };
    await guard.refresh();
    expect(guard.status()).toMatchObject({ keys: { count: 1 }, lastError: { task: "keys" } });
    expect(await outcome(guard, token)).toBe("ok");
  });

  test("from the start: no keys, no tokens", async () => {
    issuer.jwks = { keys: [secret] };
    const guard = issuer.guard({ startupTimeout: 0 });
    await guard.refresh();
    expect(await outcome(guard, issuer.token())).toBe("503 keys_unavailable");
  });
});

describe("H4: what a fetch refuses", () => {
  const manners = [
    ["html", "came with another content type"],
    ["mislabelled", "came with another content type"],
    ["huge", /is longer than \d+ bytes$/],
    ["redirects", /could not be fetched: /],
    ["fails", "answered 500"],
    ["missing", "answered 404"],
    ["hangs_up", /could not be fetched: /],
    ["never", "could not be fetched: no answer in time"],
  ] as const;

  test.each(manners)("a JWKS that answers: %s", async (manner, message) => {
    const guard = await issuer.readyGuard({ fetchTimeout: manner === "never" ? 0.1 : 5 });
    const token = issuer.token();
    issuer.manners.jwks = manner;
    await guard.refresh();
    expect(guard.status()).toMatchObject({ keys: { count: 1 }, lastError: { task: "keys" } });
    expect(guard.status().lastError?.message).toMatch(message);
    expect(guard.status().lastError?.message).not.toContain("127.0.0.1");
    expect(await outcome(guard, token)).toBe("ok");
    expect(await outcome(guard, issuer.token())).toBe("ok");
    issuer.manners.jwks = "well";
    await guard.refresh();
    expect(guard.status().lastError).toBeNull();
  });

  test.each(manners)("metadata that answers: %s", async (manner, message) => {
    issuer.manners.metadata = manner;
    const fetchTimeout = manner === "never" ? 0.1 : 5;
    const guard = issuer.guard({ fetchTimeout, startupTimeout: 0 });
    await guard.refresh();
    expect(guard.status()).toMatchObject({
      ready: false,
      revocations: { source: "unknown" },
      lastError: { task: "discovery" },
    });
    expect(guard.status().lastError?.message).toMatch(message);
    expect(await outcome(guard, issuer.token())).toBe("503 revocations_unknown");
    issuer.manners.metadata = "well";
    await guard.refresh();
    expect(await outcome(guard, issuer.token())).toBe("ok");
  });
});

describe("H5: unknown key ids", () => {
  test("1,000 tokens with random kids cause one fetch, and good tokens go on", async () => {
    const guard = await issuer.readyGuard();
    const good = issuer.token();
    const before = issuer.requests.jwks;
    const key = await generateKey("ES256");
    const kids = Array.from({ length: 1000 }, () => createIdentifier());
    const base = issuer.token({}, { key }).split(".");
    const tokens = kids.map((kid) => {
      const header = Buffer.from(JSON.stringify({ alg: "ES256", typ: "at+jwt", kid }));
      return [header.toString("base64url"), base[1], base[2]].join(".");
    });
    const answers = await Promise.all(tokens.map((token) => outcome(guard, token)));
    expect(new Set(answers)).toEqual(new Set(["401 unknown_key"]));
    expect(issuer.requests.jwks - before).toBe(1);
    for (const token of tokens.slice(0, 10)) await outcome(guard, token);
    expect(issuer.requests.jwks - before).toBe(1);
    expect(await outcome(guard, good)).toBe("ok");
    issuer.now = START + 30;
    for (const token of tokens.slice(0, 10)) await outcome(guard, token);
    expect(issuer.requests.jwks - before).toBe(2);
  });

  test("also while the issuer fails", async () => {
    const guard = await issuer.readyGuard();
    const stranger = await generateKey("ES256");
    issuer.manners.jwks = "fails";
    const before = issuer.requests.jwks;
    for (let count = 0; count < 20; count++) {
      expect(await outcome(guard, issuer.token({}, { key: stranger }))).toBe("401 unknown_key");
    }
    expect(issuer.requests.jwks - before).toBe(1);
    expect(await outcome(guard, issuer.token())).toBe("ok");
  });

  test("also when the set is empty", async () => {
    issuer.jwks = { keys: [] };
    const guard = issuer.guard({ startupTimeout: 0 });
    await guard.refresh();
    const before = issuer.requests.jwks;
    for (let count = 0; count < 20; count++) {
      expect(await outcome(guard, issuer.token())).toBe("503 keys_unavailable");
    }
    expect(issuer.requests.jwks).toBe(before);
    expect(guard.status().lastError?.message).toBe("the JWKS has no usable key");
  });

  test("a new key is found by the first token that names it", async () => {
    const guard = await issuer.readyGuard();
    const old = issuer.token();
    issuer.keys = [await generateKey("ES256"), ...issuer.keys];
    expect(await outcome(guard, issuer.token())).toBe("ok");
    expect(await outcome(guard, old)).toBe("ok");
    expect(guard.status().keys.count).toBe(2);
  });

  test("a token without a kid causes no fetch beyond the cool-down", async () => {
    const guard = await issuer.readyGuard();
    const before = issuer.requests.jwks;
    const header = Buffer.from('{"alg":"RS256","typ":"at+jwt"}').toString("base64url");
    for (let count = 0; count < 5; count++) {
      expect(await outcome(guard, `${header}.e30.AAAA`)).toBe("401 unknown_key");
    }
    expect(issuer.requests.jwks - before).toBeLessThanOrEqual(1);
  });
});

describe("H6: stale keys and caches", () => {
  test("a key that was withdrawn stops verifying, also for tokens seen before", async () => {
    const guard = await issuer.readyGuard();
    const token = issuer.token();
    expect(await outcome(guard, token)).toBe("ok");
    issuer.keys = [await generateKey("ES256")];
    await guard.refresh();
    expect(await outcome(guard, token)).toBe("401 unknown_key");
    expect(await outcome(guard, issuer.token())).toBe("ok");
  });

  test("a key replaced under the same kid stops verifying", async () => {
    issuer.keys = [await generateKey("ES256", { kid: "k1" })];
    const guard = await issuer.readyGuard();
    const token = issuer.token();
    expect(await outcome(guard, token)).toBe("ok");
    issuer.keys = [await generateKey("ES256", { kid: "k1" })];
    await guard.refresh();
    expect(await outcome(guard, token)).toBe("401 bad_signature");
  });

  test("keys that nobody confirmed for 24 hours stop verifying, and come back", async () => {
    const guard = await issuer.readyGuard();
    const token = issuer.token({ exp: START + 200_000 });
    expect(await outcome(guard, token)).toBe("ok");
    issuer.manners.jwks = "fails";
    issuer.now = START + 86_399;
    await guard.refresh();
    expect(await outcome(guard, token)).toBe("ok");
    issuer.now = START + 86_400;
    expect(await outcome(guard, token)).toBe("503 keys_unavailable");
    expect(guard.status()).toMatchObject({ ready: false, keys: { count: 1, age: 86_400 } });
    issuer.manners.jwks = "well";
    await guard.refresh();
    expect(await outcome(guard, token)).toBe("ok");
  });

  test("a token with the signature of another is not taken for it", async () => {
    const guard = await issuer.readyGuard();
    const victim = issuer.token({ sub: "admin" });
    const own = issuer.token({ sub: "nobody" });
    expect(await outcome(guard, victim)).toBe("ok");
    const [header, , signature] = victim.split(".");
    const forged = `${header}.${own.split(".")[1]}.${signature}`;
    expect(await outcome(guard, forged)).toBe("401 bad_signature");
    const result = await guard.authenticate(requestWith(victim));
    expect(result).toMatchObject({ ok: true, principal: { subject: "admin" } });
  });

  test("many tokens at once are not mixed up", async () => {
    const guard = await issuer.readyGuard({ cacheSize: 8 });
    const tokens = Array.from({ length: 40 }, (_, index) => issuer.token({ sub: `user-${index}` }));
    for (let round = 0; round < 3; round++) {
      const results = await Promise.all(
        tokens.map((token) => guard.authenticate(requestWith(token))),
      );
      expect(results.map((result) => result.ok && result.principal.subject)).toEqual(
        tokens.map((_, index) => `user-${index}`),
      );
    }
    expect(guard.status().cachedTokens).toBe(8);
  });

  test("refused tokens are not remembered", async () => {
    const guard = await issuer.readyGuard();
    for (const token of [issuer.token({ aud: "x" }), issuer.token({ exp: START - 60 }), "a.b.c"]) {
      await outcome(guard, token);
    }
    expect(guard.status().cachedTokens).toBe(0);
  });
});

describe("H8: metadata of another issuer", () => {
  test.each([
    { issuer: "https://evil.example" },
    { issuer: undefined },
    { jwks_uri: "https://user:pass@evil.example/jwks" },
    { jwks_uri: "http://evil.example/jwks" },
    { jwks_uri: "file:///etc/passwd" },
    { latchkey_feed_jwks_uri: undefined },
  ])("%j is refused", async (metadata) => {
    issuer.metadata = metadata;
    const guard = issuer.guard({ startupTimeout: 0 });
    await guard.refresh();
    expect(guard.status()).toMatchObject({ ready: false, lastError: { task: "discovery" } });
    expect(await outcome(guard, issuer.token())).toBe("503 revocations_unknown");
    expect(issuer.requests.jwks).toBe(0);
  });
});

test("OpenID Connect Discovery serves where RFC 8414 metadata is missing", async () => {
  issuer.manners.metadata = "missing";
  issuer.manners.openid = "well";
  const guard = await issuer.readyGuard();
  expect(issuer.requests).toMatchObject({ metadata: 1, openid: 1 });
  expect(await outcome(guard, issuer.token())).toBe("ok");
});

test("the schedule refreshes keys in the background", async () => {
  await issuer.readyGuard({ keyRefreshInterval: 0.01 });
  await vi.waitFor(() => {
    expect(issuer.requests.jwks).toBeGreaterThan(3);
  });
});
