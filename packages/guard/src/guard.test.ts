// The whole path of a request, against a real issuer over HTTP. Ids are those of the catalogue of
// attacks: F for claims, P for guards.

import { createSecretKey, randomBytes } from "node:crypto";
import { exportPrivateJwk, generateKey } from "@latchkey/jose";
import { importJWK, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AUDIENCE, requestWith, START, TestIssuer } from "../test/test-issuer.ts";
import { createGuard, type Guard, type GuardOptions } from "./index.ts";

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await TestIssuer.start();
});
afterEach(async () => {
  await issuer.stop();
});

/** The status, and the reason or error that the challenge names. */
async function outcome(guard: Guard, token: string | null): Promise<string> {
  const result = await guard.authenticate(requestWith(token));
  if (result.ok) return "ok";
  return `${result.status} ${result.challenge?.reason ?? result.challenge?.error ?? result.problem.code}`;
}

describe("a good token", () => {
  test("gives the principal", async () => {
    const guard = await issuer.readyGuard();
    const claims = { ...issuer.claims(), roles: ["doctor"], permissions: ["p:read"], scope: "a b" };
    expect(await guard.authenticate(requestWith(issuer.token(claims)))).toEqual({
      ok: true,
      principal: {
        subject: "user-1",
        sessionId: claims.sid,
        clientId: "latchkey",
        roles: ["doctor"],
        permissions: ["p:read"],
        scopes: ["a", "b"],
        claims,
      },
    });
  });

  test("waits for the start and needs no refresh by hand", async () => {
    expect(await outcome(issuer.guard(), issuer.token())).toBe("ok");
  });

  test.each(["ES256", "RS256", "PS256", "EdDSA"] as const)(
    "of the jose package with %s is accepted, and with one character altered refused",
    async (alg) => {
      const key = await generateKey(alg, { kid: "k1" });
      issuer.keys = [key];
      const guard = await issuer.readyGuard();
      const token = await new SignJWT(issuer.claims())
        .setProtectedHeader({ alg, typ: "at+jwt", kid: "k1" })
        .sign(await importJWK({ ...exportPrivateJwk(key) }, alg));
      expect(await outcome(guard, token)).toBe("ok");
      // Every 7th place, and each first and last character of the three parts.
      const dots = [token.indexOf("."), token.lastIndexOf(".")].flatMap((i) => [i - 1, i, i + 1]);
      const places = Array.from({ length: Math.ceil(token.length / 7) }, (_, i) => i * 7);
      for (const place of [...places, ...dots, token.length - 1]) {
        const other = token[place] === "A" ? "B" : "A";
        const altered = token.slice(0, place) + other + token.slice(place + 1);
        expect(await outcome(guard, altered), `place ${place}`).toMatch(/^401 /);
      }
      expect(await outcome(guard, token.slice(0, -1))).toMatch(/^401 /);
      expect(await outcome(guard, `${token}A`)).toMatch(/^401 /);
      expect(await outcome(guard, `${token}.`)).toMatch(/^401 /);
    },
  );

  test("its principal cannot be changed for the next request with the same token", async () => {
    const guard = await issuer.readyGuard();
    const token = issuer.token({ roles: ["patient"], custom: { level: 1 } });
    const first = await guard.authenticate(requestWith(token));
    if (!first.ok) throw new Error("refused");
    const { claims } = first.principal;
    expect(() => Object.assign(claims, { sub: "admin" })).toThrow(TypeError);
    expect(() => Object.assign(claims["custom"] as object, { level: 9 })).toThrow(TypeError);
    expect(() => (claims["roles"] as string[]).push("admin")).toThrow(TypeError);
    expect(await guard.authenticate(requestWith(token))).toEqual(first);
  });
});

describe("a request that is decided without a promise", () => {
  test("one with a token seen before, and one without a token", async () => {
    const guard = await issuer.readyGuard();
    const request = requestWith(issuer.token());
    expect(guard.checkRequest(requestWith(null))).toMatchObject({ status: 401 });
    const first = guard.checkRequest(request);
    expect(first).toBeInstanceOf(Promise);
    const accepted = await first;
    expect(guard.checkRequest(request)).toBe(accepted);
    await guard.close();
    expect(await guard.checkRequest(request)).toMatchObject({ status: 503 });
  });

  test("expiry and the retired set are looked at each time", async () => {
    const guard = await issuer.readyGuard();
    const claims = issuer.claims();
    const request = requestWith(issuer.token(claims));
    expect(await guard.checkRequest(request)).toMatchObject({ ok: true });
    issuer.retire(claims.sid);
    await guard.refresh();
    expect(guard.checkRequest(request)).toMatchObject({ challenge: { reason: "retired" } });
  });

  test("by a rule without a check of the application's; with one it is waited for", async () => {
    const guard = await issuer.readyGuard();
    const request = requestWith(issuer.token({ permissions: ["p:read"] }));
    expect(await guard.checkRequest(request)).toMatchObject({ ok: true });
    expect(guard.requires({ permission: "p:read" }).checkRequest(request)).toHaveProperty(
      "ok",
      true,
    );
    expect(guard.requires({ permission: "p:write" }).checkRequest(request)).toMatchObject({
      status: 403,
    });
    const checked = guard.requires({ permission: "p:read", check: async () => false });
    const answer = checked.checkRequest(request);
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toMatchObject({ status: 403 });
    const broken = guard.requires({
      check: () => {
        throw new Error("the application's");
      },
    });
    await expect(broken.checkRequest(request)).rejects.toThrow("the application's");
  });

  test("is told to onAnswer, once", async () => {
    const told: boolean[] = [];
    const guard = await issuer.readyGuard({ onAnswer: ({ ok }) => told.push(ok) });
    const request = requestWith(issuer.token());
    await guard.checkRequest(request);
    void guard.checkRequest(request);
    void guard.requires({ permission: "none" }).checkRequest(request);
    await guard.authenticate(request);
    expect(told).toEqual([true, true, false, true]);
  });
});

describe("P1: the Authorization header", () => {
  test.each(["bearer", "BEARER", "Bearer"])("the scheme %s is accepted", async (scheme) => {
    const guard = await issuer.readyGuard();
    const result = await guard.authenticate(requestWith(issuer.token(), scheme));
    expect(result.ok).toBe(true);
  });

  test.each(["Basic", "DPoP", "Token", "Bearerx", "JWT"])("%s is not ours", async (scheme) => {
    const guard = await issuer.readyGuard();
    const result = await guard.authenticate(requestWith(issuer.token(), scheme));
    expect(result).toMatchObject({ ok: false, status: 401, challenge: {} });
    expect(result).toHaveProperty("headers.www-authenticate", "Bearer");
  });

  test("two headers, or two tokens in one, are 400", async () => {
    const guard = await issuer.readyGuard();
    const request = requestWith(issuer.token());
    request.headers.append("authorization", `Bearer ${issuer.token()}`);
    const result = await guard.authenticate(request);
    expect(result).toMatchObject({ status: 400, challenge: { error: "invalid_request" } });
    const basic = requestWith("dXNlcjpwYXNz", "Basic");
    basic.headers.append("authorization", `Bearer ${issuer.token()}`);
    expect(await guard.authenticate(basic)).toMatchObject({ status: 400 });
  });

  test("two spaces are 400", async () => {
    const guard = await issuer.readyGuard();
    expect(await outcome(guard, ` ${issuer.token()}`)).toBe("400 invalid_request");
  });
});

test("P2: a token in the query or in the body is never read", async () => {
  const guard = await issuer.readyGuard();
  const token = issuer.token();
  const request = new Request(`https://api.test/?access_token=${token}`, {
    method: "POST",
    body: new URLSearchParams({ access_token: token }),
    headers: { cookie: `access_token=${token}`, "x-access-token": token },
  });
  expect(await guard.authenticate(request)).toMatchObject({ status: 401, challenge: {} });
  expect(request.bodyUsed).toBe(false);
});

describe("P3: challenges", () => {
  test("no credentials: 401 without an error", async () => {
    const result = await (await issuer.readyGuard()).authenticate(requestWith(null));
    expect(result).toMatchObject({
      ok: false,
      status: 401,
      headers: { "www-authenticate": "Bearer", "content-type": "application/problem+json" },
      problem: { code: "token_required", status: 401 },
    });
  });

  test("a bad token: 401 invalid_token with a reason", async () => {
    const guard = await issuer.readyGuard({ realm: 'the "clinic"' });
    const result = await guard.authenticate(requestWith(issuer.token({ exp: START - 60 })));
    expect(result).toMatchObject({ status: 401, problem: { code: "invalid_token" } });
    expect(result).toHaveProperty(
      "headers.www-authenticate",
      'Bearer realm="the _clinic_", error="invalid_token", error_description="The token has expired", latchkey_reason="expired"',
    );
  });

  test("a scope that is missing: 403 insufficient_scope with the scope", async () => {
    const guard = await issuer.readyGuard();
    const rule = guard.requires({ scope: ["read", "write"] });
    const result = await rule.authenticate(requestWith(issuer.token({ scope: "read" })));
    expect(result).toMatchObject({ status: 403, problem: { code: "permission_denied" } });
    expect(result).toHaveProperty(
      "headers.www-authenticate",
      'Bearer error="insufficient_scope", scope="read write"',
    );
  });

  test("a permission that is missing: 403 without a scope", async () => {
    const guard = await issuer.readyGuard();
    const result = await guard
      .requires({ permission: "p:write" })
      .authenticate(requestWith(issuer.token({ permissions: ["p:read"] })));
    expect(result).toHaveProperty("headers.www-authenticate", 'Bearer error="insufficient_scope"');
  });

  test("nothing of the request is repeated", async () => {
    const guard = await issuer.readyGuard();
    for (const token of [
      "canary-7431",
      `${issuer.token()}canary-7431`,
      "canary-7431 canary-7431",
    ]) {
      const result = await guard.authenticate(requestWith(token));
      expect(JSON.stringify(result)).not.toContain("canary");
    }
  });

  test("refusals are never stored by a cache on the way", async () => {
    const result = await (await issuer.readyGuard()).authenticate(requestWith(null));
    expect(result).toHaveProperty("headers.cache-control", "no-store");
  });
});

describe("P4: names are compared as whole strings", () => {
  test.each([
    [{ scope: "read" }, { scope: "readwrite" }],
    [{ scope: "read" }, { scope: "READ" }],
    [{ scope: "read" }, { scope: "write" }],
    [{ scope: "read" }, {}],
    [{ scope: "readwrite" }, { scope: "read write" }],
    [{ role: "doctor" }, { roles: ["doctor2", "Doctor", "doctor "] }],
    [{ role: "doctor" }, { permissions: ["doctor"], scope: "doctor" }],
    [{ permission: "p:read" }, { permissions: ["p:rea", "p:read:own", "p:*", "*"] }],
    [{ permission: ["p:read", "p:write"] }, { permissions: ["p:read"] }],
    [{ permission: "p:read", role: "doctor" }, { permissions: ["p:read"] }],
    [{ role: "constructor" }, { roles: [] }],
  ])("%j is not fulfilled by %j", async (rule, claims) => {
    const guard = await issuer.readyGuard();
    const result = await guard.requires(rule).authenticate(requestWith(issuer.token(claims)));
    expect(result).toMatchObject({ ok: false, status: 403 });
  });

  test.each([
    [{ scope: "read" }, { scope: "write read" }],
    [{ role: "doctor" }, { roles: ["patient", "doctor"] }],
    [
      { permission: ["p:read", "p:write"], role: "doctor" },
      { permissions: ["p:write", "p:read"], roles: ["doctor"] },
    ],
  ])("%j is fulfilled by %j", async (rule, claims) => {
    const guard = await issuer.readyGuard();
    const result = await guard.requires(rule).authenticate(requestWith(issuer.token(claims)));
    expect(result.ok).toBe(true);
  });
});

test("P5: there is no mode in which a bad token is nobody's", async () => {
  const guard = await issuer.readyGuard();
  const rule = guard.requires({ check: () => true });
  for (const token of ["garbage", issuer.token({ exp: START - 60 }), issuer.token({ aud: "x" })]) {
    expect((await rule.authenticate(requestWith(token))).ok).toBe(false);
  }
  expect((await rule.authenticate(requestWith(null))).ok).toBe(false);
});

test("P6: no method and no path is exempt", async () => {
  const guard = await issuer.readyGuard();
  for (const method of ["GET", "HEAD", "OPTIONS", "POST", "DELETE"]) {
    for (const path of ["/", "/health", "//admin", "/admin%2f", "/Admin;x=1", "/admin."]) {
      const request = new Request(`https://api.test${path}`, { method });
      expect(await guard.authenticate(request)).toMatchObject({ status: 401 });
    }
  }
});

describe("P7, F9: other kinds of token", () => {
  test.each([
    undefined,
    "JWT",
    "jwt",
    "logout+jwt",
    "dpop+jwt",
    "latchkey-feed+jwt",
    "id+jwt",
    "at",
    "at+jwt2",
    "xat+jwt",
    "application/at+jwt+x",
    "text/at+jwt",
  ])("typ %s is refused", async (typ) => {
    const guard = await issuer.readyGuard();
    const key = issuer.keys[0];
    if (key === undefined) throw new Error("no key");
    const header = { alg: "ES256", ...(key.kid === undefined ? {} : { kid: key.kid }) };
    const token = await new SignJWT(issuer.claims())
      .setProtectedHeader(typ === undefined ? header : { ...header, typ })
      .sign(await importJWK({ ...exportPrivateJwk(key) }, "ES256"));
    expect(await outcome(guard, token)).toBe("401 wrong_type");
  });

  test.each(["at+jwt", "AT+JWT", "application/at+jwt"])("typ %s is accepted", async (typ) => {
    const guard = await issuer.readyGuard();
    expect(await outcome(guard, issuer.token({}, { typ }))).toBe("ok");
  });

  test("a refresh token and a slice of the feed are refused", async () => {
    const guard = await issuer.readyGuard();
    expect(await outcome(guard, `lkr_${"A".repeat(76)}`)).toBe("401 malformed");
    expect(await outcome(guard, issuer.slice(null) ?? "")).toBe("401 unknown_key");
  });
});

describe("RFC 9068 section 2.2: every required claim is required", () => {
  test.each(["iss", "exp", "aud", "sub", "client_id", "iat", "jti"])("without %s", async (name) => {
    const guard = await issuer.readyGuard();
    expect(await outcome(guard, issuer.token({ [name]: undefined }))).toMatch(/^401 /);
  });

  test.each([
    { sub: "" },
    { client_id: 7 },
    { client_id: null },
    { roles: "admin" },
    { handles: "h" },
    { scope: ["read"] },
    { sid: 1 },
  ])("wrong type: %j", async (claims) => {
    const guard = await issuer.readyGuard();
    expect(await outcome(guard, issuer.token(claims))).toBe("401 malformed");
  });
});

describe("P8, F4: audience", () => {
  test.each([
    "https://api.test2",
    "https://api.tes",
    "https://api.test/",
    "HTTPS://API.TEST",
    "",
    [""],
    ["https://other.test"],
    ["https://api.test/", "api.test"],
    "__proto__",
  ])("%j is refused", async (aud) => {
    const guard = await issuer.readyGuard();
    expect(await outcome(guard, issuer.token({ aud }))).toBe("401 wrong_audience");
  });

  test.each([[7], [null], [[]], [[["https://api.test"]]], [{ 0: AUDIENCE, length: 1 }]])(
    "%j is malformed",
    async (aud) => {
      const guard = await issuer.readyGuard();
      const key = issuer.keys[0];
      if (key === undefined) throw new Error("no key");
      const body = Buffer.from(JSON.stringify({ ...issuer.claims(), aud }));
      const token = await signedBy(key, body);
      expect(await outcome(guard, token)).toBe("401 malformed");
    },
  );

  test("one of several names is enough, on either side", async () => {
    const guard = await issuer.readyGuard({ audience: ["https://other.test", AUDIENCE] });
    expect(await outcome(guard, issuer.token())).toBe("ok");
    expect(await outcome(guard, issuer.token({ aud: ["https://x.test", AUDIENCE] }))).toBe("ok");
  });
});

describe("P8, F5: issuer", () => {
  test.each([
    (url: string) => `${url}/`,
    (url: string) => `${url}.evil.example`,
    (url: string) => url.slice(0, -1),
    (url: string) => url.toUpperCase(),
    (url: string) => url.replace("http://", "http://user@"),
    () => "https://evil.example",
    () => "",
  ])("another one is refused (%#)", async (change) => {
    const guard = await issuer.readyGuard();
    expect(await outcome(guard, issuer.token({ iss: change(issuer.url) }))).toBe(
      "401 wrong_issuer",
    );
  });

  test("a list with the right one is refused", async () => {
    const guard = await issuer.readyGuard();
    const key = issuer.keys[0];
    if (key === undefined) throw new Error("no key");
    const body = Buffer.from(JSON.stringify({ ...issuer.claims(), iss: [issuer.url] }));
    expect(await outcome(guard, await signedBy(key, body))).toBe("401 malformed");
  });

  test("F10: another issuer's token with the same kid is refused", async () => {
    const other = await TestIssuer.start();
    try {
      other.keys = [await generateKey("ES256", { kid: "k1" })];
      issuer.keys = [await generateKey("ES256", { kid: "k1" })];
      const guard = await issuer.readyGuard();
      const otherGuard = await other.readyGuard();
      const token = other.token();
      expect(await outcome(otherGuard, token)).toBe("ok");
      expect(await outcome(guard, token)).toBe("401 bad_signature");
    } finally {
      await other.stop();
    }
  });
});

describe("P11: what cannot be decided is refused", () => {
  test("no keys: 503", async () => {
    issuer.manners.jwks = "fails";
    const guard = issuer.guard({ startupTimeout: 0 });
    await guard.refresh();
    const result = await guard.authenticate(requestWith(issuer.token()));
    expect(result).toMatchObject({
      status: 503,
      challenge: null,
      problem: { code: "keys_unavailable" },
      headers: { "retry-after": "1" },
    });
  });

  test("no revocations: 503, and without credentials still 401", async () => {
    issuer.manners.feed = "fails";
    const guard = issuer.guard({ startupTimeout: 0 });
    await guard.refresh();
    const result = await guard.authenticate(requestWith(issuer.token()));
    expect(result).toMatchObject({
      status: 503,
      challenge: null,
      problem: { code: "revocations_unknown" },
      headers: { "retry-after": "1" },
    });
    expect(await outcome(guard, null)).toBe("401 token_required");
  });

  test("no issuer at all: 503, also from the first request", async () => {
    issuer.manners.metadata = "hangs_up";
    const guard = issuer.guard({ startupTimeout: 0.05 });
    expect(await outcome(guard, issuer.token())).toBe("503 revocations_unknown");
  });

  test("allowColdStart accepts before revocations are known, and never without keys", async () => {
    issuer.manners.feed = "fails";
    const guard = issuer.guard({ startupTimeout: 0, allowColdStart: true });
    await guard.refresh();
    expect(await outcome(guard, issuer.token())).toBe("ok");
    expect(guard.status()).toMatchObject({
      ready: false,
      cannotPromise: ["no revocations were read yet"],
    });
    issuer.manners.jwks = "fails";
    const blind = issuer.guard({ startupTimeout: 0, allowColdStart: true });
    await blind.refresh();
    expect(await outcome(blind, issuer.token())).toBe("503 keys_unavailable");
  });

  test("a closed guard refuses", async () => {
    const guard = await issuer.readyGuard();
    await guard.close();
    expect(await outcome(guard, issuer.token())).toBe("503 revocations_unknown");
  });

  test("a request that cannot be read is refused and ends nothing", async () => {
    const guard = await issuer.readyGuard();
    const headers = {
      get: () => {
        throw new Error("canary");
      },
    };
    const result = await guard.authenticate({ method: "GET", url: "/", headers });
    expect(result).toMatchObject({ status: 500, problem: { code: "internal" } });
    expect(JSON.stringify(result)).not.toContain("canary");
  });
});

describe("P12: step-up, RFC 9470", () => {
  test("an old sign-in is told to sign in again", async () => {
    const guard = await issuer.readyGuard();
    const rule = guard.requires({ maxAge: "5m" });
    const old = await rule.authenticate(requestWith(issuer.token({ auth_time: START - 301 })));
    expect(old).toMatchObject({ status: 401, problem: { code: "authentication_too_weak" } });
    expect(old).toHaveProperty(
      "headers.www-authenticate",
      'Bearer error="insufficient_user_authentication", max_age="300"',
    );
    const recent = await rule.authenticate(requestWith(issuer.token({ auth_time: START - 300 })));
    expect(recent.ok).toBe(true);
  });

  test.each([undefined, "1800000000", null, [START]])("auth_time %j proves nothing", async (at) => {
    const guard = await issuer.readyGuard();
    const result = await guard
      .requires({ maxAge: 300 })
      .authenticate(requestWith(issuer.token({ auth_time: at })));
    expect(result).toMatchObject({ status: 401 });
  });

  test("any of the contexts will do, and another will not", async () => {
    const guard = await issuer.readyGuard();
    const rule = guard.requires({ acr: ["phr", "mfa"] });
    expect((await rule.authenticate(requestWith(issuer.token({ acr: "mfa" })))).ok).toBe(true);
    for (const acr of [undefined, "mf", "mfa phr", ["mfa"]]) {
      const result = await rule.authenticate(requestWith(issuer.token({ acr })));
      expect(result).toHaveProperty(
        "headers.www-authenticate",
        'Bearer error="insufficient_user_authentication", acr_values="phr mfa"',
      );
    }
  });
});

describe("P13: clocks", () => {
  test("exp and nbf have the tolerance, also for a token seen before", async () => {
    const guard = await issuer.readyGuard({ clockTolerance: 10 });
    const token = issuer.token({ exp: START + 100 });
    expect(await outcome(guard, token)).toBe("ok");
    issuer.now = START + 109.9;
    expect(await outcome(guard, token)).toBe("ok");
    issuer.now = START + 110;
    expect(await outcome(guard, token)).toBe("401 expired");
    expect(await outcome(guard, issuer.token({ nbf: START + 121 }))).toBe("401 not_yet_valid");
    expect(await outcome(guard, issuer.token({ nbf: START + 120 }))).toBe("ok");
  });

  test.each([61, "2m", Number.POSITIVE_INFINITY, Number.NaN, -1, "5"])(
    "a tolerance of %s is refused",
    (clockTolerance) => {
      expect(() => issuer.guard({ clockTolerance })).toThrow(TypeError);
    },
  );
});

describe("options", () => {
  test.each([
    [{ issuer: "http://id.example" }],
    [{ issuer: "https://id.example?x=1" }],
    [{ issuer: "https://id.example#x" }],
    [{ issuer: "https://id.example?" }],
    [{ issuer: "https://user:pass@id.example" }],
    [{ issuer: "ftp://localhost" }],
    [{ issuer: "http://127.0.0.1.evil.example" }],
    [{ issuer: "http://localhost.evil.example" }],
    [{ issuer: "id.example" }],
    [{ audience: "" }],
    [{ audience: [] }],
    [{ audience: ["a", ""] }],
    [{ audience: [["a"]] }],
    [{ audience: undefined }],
    [{ onStale: "introspect" }],
    [{ onStale: "Allow" }],
    [{ allowColdStart: "false" }],
    [{ dangerouslyAllowHttpIssuer: 1 }],
    [{ pollInterval: 0 }],
    [{ pollInterval: 1.5 }],
    [{ cacheSize: -1 }],
    [{ cacheSize: Number.NaN }],
    [{ maxStaleness: "soon" }],
    [{ startupTimeout: -1 }],
    [{ clock: 7 }],
    [{ realm: 7 }],
    [{ audiences: ["a"] }],
  ])("%j is a TypeError", (change) => {
    const options = { issuer: "https://id.example", audience: AUDIENCE, ...change };
    expect(() => createGuard(options as GuardOptions)).toThrow(TypeError);
  });

  test("a plain-http issuer needs the loudly named option", async () => {
    const guard = createGuard({
      issuer: "http://id.invalid",
      audience: AUDIENCE,
      dangerouslyAllowHttpIssuer: true,
    });
    await guard.close();
    expect(guard.status().issuer).toBe("http://id.invalid");
  });
});

describe("an issuer without a feed", () => {
  test("is not waited for longer than its keys take", async () => {
    issuer.hasFeed = false;
    expect(await outcome(issuer.guard({ startupTimeout: "1h" }), issuer.token())).toBe("ok");
  });

  test("works, and the status says what is missing", async () => {
    issuer.hasFeed = false;
    const guard = await issuer.readyGuard();
    expect(await outcome(guard, issuer.token())).toBe("ok");
    expect(guard.status()).toMatchObject({
      ready: true,
      keys: { count: 1, age: 0 },
      revocations: { source: "none", position: null, staleness: null, entries: 0 },
      cannotPromise: [
        "this issuer has no revocation feed: a token lives until it expires",
        "a signing key that the issuer withdraws verifies until the next look at its keys",
      ],
      lastError: null,
    });
  });
});

describe("confusion of keys", () => {
  test("A2: a token signed with the public key as a secret is refused", async () => {
    const guard = await issuer.readyGuard();
    const kid = issuer.keys[0]?.kid ?? "";
    const secret = createSecretKey(randomBytes(32));
    const token = await new SignJWT(issuer.claims())
      .setProtectedHeader({ alg: "HS256", typ: "at+jwt", kid })
      .sign(secret);
    expect(await outcome(guard, token)).toBe("401 unknown_key");
  });

  test("A1: alg none is refused", async () => {
    const guard = await issuer.readyGuard();
    const encode = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString("base64url");
    const body = encode(issuer.claims());
    for (const alg of ["none", "None", "NONE", "", null]) {
      const header = encode({ alg, typ: "at+jwt", kid: issuer.keys[0]?.kid });
      expect(await outcome(guard, `${header}.${body}.`)).toMatch(/^401 /);
    }
  });
});

/** Signs any bytes as a token of the right type, as `jose` would not let us. */
async function signedBy(key: TestIssuer["keys"][number], body: Uint8Array): Promise<string> {
  const { CompactSign } = await import("jose");
  return new CompactSign(body)
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: key.kid ?? "" })
    .sign(await importJWK({ ...exportPrivateJwk(key) }, "ES256"));
}
