import { parseCookies } from "../http/cookies.ts";
import { randomBytes } from "node:crypto";
import { createIdentifier, refreshCookieName } from "@latchkey/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { ISSUER, openTestSessions, type TestSessions } from "../../test/open-sessions.ts";
import { createHandler, type RequestHandler } from "../http/handler.ts";
import type { Subject } from "../tokens/subject.ts";
import { signInAnswer } from "./answer.ts";
import { sessionRoutes } from "./routes.ts";

const APP = "https://app.example";
const BEYOND_WINDOW = 11_000;
const SLOTS = [refreshCookieName(ISSUER, 0), refreshCookieName(ISSUER, 1)] as const;

let server: TestSessions;
let ana: Subject;
let handle: RequestHandler;
let log: string;

beforeEach(async () => {
  server = await openTestSessions();
  ana = await server.createUser();
  log = "";
  const origins = new Set([ISSUER, APP]);
  const { keyRing, ledger, sessions } = server;
  handle = createHandler({
    routes: sessionRoutes({ keyRing, ledger, issuer: ISSUER, sessions, originPolicy: { origins } }),
    issuer: ISSUER,
    origins,
    trustedProxies: 0,
    bodyLimit: 65_536,
    log: pino({ level: "trace" }, { write: (line: string) => (log += line) }),
    clock: () => Date.now(),
  });
});
afterEach(() => server.close());

interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(method: string, path: string, { body, headers = {} }: Sent = {}) {
  const init: RequestInit = { method, headers: { ...headers } };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json", ...headers };
  }
  const response = await handle(new Request(ISSUER + path, init), { address: "192.0.2.9" });
  const text = await response.text();
  const json: Record<string, unknown> = text === "" ? {} : JSON.parse(text);
  const cookies = response.headers.getSetCookie();
  return { status: response.status, headers: response.headers, json, cookies };
}

const sameOrigin = { "Latchkey-Request": "1", "Sec-Fetch-Site": "same-origin", Origin: ISSUER };

/** A browser that signed in: its two slots, as the answers set them. */
async function signInBrowser() {
  const created = await server.signIn(ana, "cookie");
  const access = server.sessions.issueAccessToken(ana, created.session, Date.now());
  const answer = signInAnswer({
    issuer: ISSUER,
    transport: "cookie",
    access,
    refresh: created.refresh,
    user: {
      id: ana.id,
      email: ana.email,
      email_verified: true,
      username: null,
      name: null,
      roles: [],
      created_at: new Date(ana.createdAt).toISOString(),
    },
  });
  const jar = new Map<string, string>();
  const store = (cookies: readonly string[]) => {
    for (const cookie of cookies) {
      const [pair = ""] = cookie.split(";");
      for (const [name, value] of parseCookies(pair)) {
        if (value === "") jar.delete(name);
        else jar.set(name, value);
      }
    }
  };
  store(answer.headers.getSetCookie());
  return {
    ...created,
    access,
    answer,
    jar,
    store,
    headers: () => ({
      ...sameOrigin,
      Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
    }),
  };
}

async function signInNative() {
  const created = await server.signIn(ana, "body");
  const access = server.sessions.issueAccessToken(ana, created.session, Date.now());
  return { ...created, access, bearer: { Authorization: `Bearer ${access.token}` } };
}

describe("POST /auth/refresh, body transport", () => {
  it("answers tokens, the generation, and no cookie", async () => {
    const { session, refresh } = await signInNative();
    await server.age(session.id, BEYOND_WINDOW);
    const answer = await send("POST", "/auth/refresh", { body: { refresh_token: refresh.token } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(answer.json).toEqual({
      access_token: expect.stringMatching(/^eyJ/),
      token_type: "Bearer",
      expires_in: 900,
      refresh_token: expect.stringMatching(/^lkr_/),
      refresh_generation: 1,
      rotated: true,
    });
    expect(answer.cookies).toEqual([]);
  });

  it("answers rotated false without a refresh token inside the window", async () => {
    const { refresh } = await signInNative();
    const { json } = await send("POST", "/auth/refresh", {
      body: { refresh_token: refresh.token },
    });
    expect(json).toMatchObject({ rotated: false, expires_in: 900 });
    expect(json).not.toHaveProperty("refresh_token");
    expect(json).not.toHaveProperty("refresh_generation");
  });

  test.each(["Origin", "Sec-Fetch-Site"])("is refused to a browser (%s)", async (name) => {
    const { session, refresh } = await signInNative();
    await server.age(session.id, BEYOND_WINDOW);
    const { json } = await send("POST", "/auth/refresh", {
      body: { refresh_token: refresh.token },
      headers: { [name]: name === "Origin" ? ISSUER : "same-origin" },
    });
    expect(json).toMatchObject({ code: "transport_refused" });
    expect((await server.row(session.id)).generation).toBe(0);
  });

  it("is refused beside any cookie, but takes Node's Sec-Fetch-Mode", async () => {
    const { refresh } = await signInNative();
    const body = { refresh_token: refresh.token };
    for (const Cookie of [`${SLOTS[0]}=x; ${SLOTS[0]}=y`, "theme=dark"]) {
      const { json } = await send("POST", "/auth/refresh", { body, headers: { Cookie } });
      expect(json).toMatchObject({ code: "transport_refused" });
    }
    const headers = { "Sec-Fetch-Mode": "cors" };
    expect((await send("POST", "/auth/refresh", { body, headers })).status).toBe(200);
  });

  it("names the reason of each refusal", async () => {
    const none = await send("POST", "/auth/refresh", { body: {} });
    expect([none.status, none.json["code"]]).toEqual([401, "refresh_token_required"]);
    const { session, refresh } = await signInNative();
    for (const token of ["", "junk", `${refresh.token}A`, refresh.token.slice(0, -1)]) {
      const { status, json } = await send("POST", "/auth/refresh", {
        body: { refresh_token: token },
      });
      expect([status, json["code"]]).toEqual([401, "refresh_token_invalid"]);
    }
    for (const body of [{ refresh_token: 5 }, { refresh_token: refresh.token, extra: 1 }]) {
      const { status, json } = await send("POST", "/auth/refresh", { body });
      expect([status, json["code"]]).toEqual([400, "invalid_request"]);
    }
    const badKey = await send("POST", "/auth/refresh", {
      body: { refresh_token: refresh.token },
      headers: { "Idempotency-Key": "short" },
    });
    expect([badKey.status, badKey.json["code"]]).toEqual([400, "invalid_request"]);
    expect((await server.row(session.id)).generation).toBe(0);
  });

  it("repeats the successor under the attempt key, and calls later use of the old token theft", async () => {
    const { session, refresh, bearer } = await signInNative();
    const body = { refresh_token: refresh.token };
    const headers = { "Idempotency-Key": randomBytes(32).toString("base64url") };
    await server.age(session.id, BEYOND_WINDOW);
    const first = await send("POST", "/auth/refresh", { body, headers });
    await server.age(session.id, BEYOND_WINDOW);
    const again = await send("POST", "/auth/refresh", { body, headers });
    expect(again.json["refresh_token"]).toBe(first.json["refresh_token"]);
    const theft = await send("POST", "/auth/refresh", { body });
    expect([theft.status, theft.json["code"]]).toEqual([401, "session_compromised"]);
    const { headers: refused } = await send("GET", "/auth/sessions", { headers: bearer });
    expect(refused.get("WWW-Authenticate")).toContain('latchkey_reason="retired"');
  });

  it("O6: no token or attempt key reaches the log, an error or a header", async () => {
    const { session, refresh } = await signInNative();
    const key = randomBytes(32).toString("base64url");
    await server.age(session.id, BEYOND_WINDOW);
    const answers = [
      await send("POST", "/auth/refresh", {
        body: { refresh_token: refresh.token },
        headers: { "Idempotency-Key": key },
      }),
    ];
    await server.age(session.id, BEYOND_WINDOW);
    answers.push(await send("POST", "/auth/refresh", { body: { refresh_token: refresh.token } }));
    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
    const audit = JSON.stringify(await server.auditKinds());
    const secrets = [refresh.token, key, String(answers[0]?.json["refresh_token"])];
    for (const secret of secrets) {
      expect(log + audit + JSON.stringify(answers[1]?.json)).not.toContain(secret);
    }
    expect(log).not.toBe("");
  });
});

describe("POST /auth/refresh, cookie transport", () => {
  it("sign-in writes both slots; N10: __Host-, HttpOnly, Secure, SameSite=Strict, Path=/", async () => {
    const { answer, refresh } = await signInBrowser();
    const cookies = answer.headers.getSetCookie();
    expect(cookies).toEqual(
      SLOTS.map(
        (name) =>
          `${name}=${refresh.token}; Max-Age=2592000; Path=/; HttpOnly; Secure; SameSite=Strict`,
      ),
    );
    expect(SLOTS[0]).toMatch(/^__Host-/);
    expect(await answer.json()).not.toHaveProperty("refresh_token");
  });

  it("writes the slot of the new generation only, and never a token in the body", async () => {
    const browser = await signInBrowser();
    for (const generation of [1, 2, 3]) {
      await server.age(browser.session.id, BEYOND_WINDOW);
      const answer = await send("POST", "/auth/refresh", { body: {}, headers: browser.headers() });
      expect(answer.status).toBe(200);
      expect(answer.json).toMatchObject({ rotated: true });
      expect(answer.json).not.toHaveProperty("refresh_token");
      expect(answer.cookies).toHaveLength(1);
      expect(answer.cookies[0]).toContain(`${SLOTS[generation % 2]}=lkr_`);
      browser.store(answer.cookies);
    }
  });

  it("sets no cookie when the token did not rotate", async () => {
    const browser = await signInBrowser();
    const answer = await send("POST", "/auth/refresh", { body: {}, headers: browser.headers() });
    expect(answer.json).toMatchObject({ rotated: false });
    expect(answer.cookies).toEqual([]);
  });

  it("answers out of order cannot put an old token back", async () => {
    const browser = await signInBrowser();
    await server.age(browser.session.id, BEYOND_WINDOW);
    const headers = browser.headers();
    const slow = await send("POST", "/auth/refresh", { body: {}, headers });
    browser.store(slow.cookies);
    await server.age(browser.session.id, BEYOND_WINDOW);
    const fast = await send("POST", "/auth/refresh", { body: {}, headers: browser.headers() });
    browser.store(fast.cookies);
    browser.store(slow.cookies);
    await server.age(browser.session.id, BEYOND_WINDOW);
    const next = await send("POST", "/auth/refresh", { body: {}, headers: browser.headers() });
    expect(next.json).toMatchObject({ rotated: true });
    expect((await server.row(browser.session.id)).generation).toBe(3);
  });

  const forged: readonly [string, Record<string, string>, string][] = [
    ["without the mark", { "Sec-Fetch-Site": "same-origin" }, "origin_refused"],
    ["cross-site", { ...sameOrigin, "Sec-Fetch-Site": "cross-site" }, "origin_refused"],
    [
      "same-site from an origin not listed",
      { ...sameOrigin, "Sec-Fetch-Site": "same-site", Origin: "https://evil.example" },
      "origin_refused",
    ],
    ["with neither origin header", { "Latchkey-Request": "1" }, "origin_refused"],
    [
      "as a form",
      { ...sameOrigin, "Content-Type": "application/x-www-form-urlencoded" },
      "unsupported_media_type",
    ],
  ];
  test.each(forged)("CSRF: refused %s", async (_name, headers, code) => {
    const browser = await signInBrowser();
    await server.age(browser.session.id, BEYOND_WINDOW);
    for (const path of ["/auth/refresh", "/auth/logout"]) {
      const { json } = await send("POST", path, {
        body: {},
        headers: { Cookie: browser.headers().Cookie, ...headers },
      });
      expect(json).toMatchObject({ code });
    }
    expect(await server.row(browser.session.id)).toMatchObject({ generation: 0, ended_at: null });
  });

  it("tells a page of another site that it is one, before it asks for a cookie", async () => {
    const headers = { ...sameOrigin, "Sec-Fetch-Site": "cross-site", Origin: APP };
    const foreign = await send("POST", "/auth/refresh", { body: {}, headers });
    expect([foreign.status, foreign.json["code"]]).toEqual([403, "origin_refused"]);
    const own = await send("POST", "/auth/refresh", { body: {}, headers: sameOrigin });
    expect([own.status, own.json["code"]]).toEqual([401, "refresh_token_required"]);
  });

  it("takes a listed origin on the same site", async () => {
    const browser = await signInBrowser();
    const answer = await send("POST", "/auth/refresh", {
      body: {},
      headers: { ...browser.headers(), "Sec-Fetch-Site": "same-site", Origin: APP },
    });
    expect(answer.status).toBe(200);
  });

  it("does not take a cookie's token from the body, nor a body's token from a cookie", async () => {
    const browser = await signInBrowser();
    const stolen = await send("POST", "/auth/refresh", {
      body: { refresh_token: browser.refresh.token },
    });
    expect(stolen.json).toMatchObject({ code: "transport_refused" });
    const native = await signInNative();
    const planted = await send("POST", "/auth/refresh", {
      body: {},
      headers: { ...sameOrigin, Cookie: `${SLOTS[0]}=${native.refresh.token}` },
    });
    expect(planted.json).toMatchObject({ code: "transport_refused" });
  });

  it("reads no cookie of another issuer and none that came twice", async () => {
    const browser = await signInBrowser();
    const other = refreshCookieName("https://other.example", 0);
    const twice = `${SLOTS[0]}=${browser.refresh.token}; ${SLOTS[0]}=x`;
    for (const cookie of [`${other}=${browser.refresh.token}`, twice]) {
      const { json } = await send("POST", "/auth/refresh", {
        body: {},
        headers: { ...sameOrigin, Cookie: cookie },
      });
      expect(json).toMatchObject({ code: "refresh_token_required" });
    }
  });
});

describe("POST /auth/logout", () => {
  const cleared = SLOTS.map(
    (name) => `${name}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict`,
  );

  it("by refresh token: the session ends, its access token is refused, twice is fine", async () => {
    const { session, refresh, bearer } = await signInNative();
    const body = { refresh_token: refresh.token };
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await send("POST", "/auth/logout", { body })).status).toBe(204);
    }
    expect(await server.row(session.id)).toMatchObject({ end_reason: "signed_out" });
    expect((await send("GET", "/auth/sessions", { headers: bearer })).status).toBe(401);
    const { json } = await send("POST", "/auth/refresh", { body });
    expect(json).toMatchObject({ code: "session_ended" });
    expect(await server.auditKinds()).toMatchObject([
      { kind: "session.ended", actor_id: ana.id, address: "192.0.2.9" },
    ]);
  });

  it("by an old generation too", async () => {
    const { session, refresh } = await signInNative();
    await server.age(session.id, BEYOND_WINDOW);
    await send("POST", "/auth/refresh", { body: { refresh_token: refresh.token } });
    await server.age(session.id, BEYOND_WINDOW);
    await send("POST", "/auth/logout", { body: { refresh_token: refresh.token } });
    expect(await server.row(session.id)).toMatchObject({ end_reason: "signed_out" });
  });

  it("by cookie: the session ends and both slots are cleared", async () => {
    const browser = await signInBrowser();
    const answer = await send("POST", "/auth/logout", { body: {}, headers: browser.headers() });
    expect(answer.status).toBe(204);
    expect(answer.cookies).toEqual(cleared);
    expect(await server.row(browser.session.id)).toMatchObject({ end_reason: "signed_out" });
  });

  it("by access token, which clears the cookies beside it as well", async () => {
    const browser = await signInBrowser();
    const answer = await send("POST", "/auth/logout", {
      headers: {
        Authorization: `Bearer ${browser.access.token}`,
        Cookie: browser.headers().Cookie,
      },
    });
    expect(answer.status).toBe(204);
    expect(answer.cookies).toEqual(cleared);
    expect(await server.row(browser.session.id)).toMatchObject({ end_reason: "signed_out" });
  });

  it("by an access token that was taken back, since its session may still live", async () => {
    const { session, bearer } = await signInNative();
    await server.database.write(server.ledger.retire([ana.handle], 9_999_999_999));
    expect((await send("GET", "/auth/sessions", { headers: bearer })).status).toBe(401);
    expect((await send("POST", "/auth/logout", { headers: bearer })).status).toBe(204);
    expect(await server.row(session.id)).toMatchObject({ end_reason: "signed_out" });
  });

  it("L6: says nothing about unknown tokens, and clears cookies for the application only", async () => {
    for (const token of ["junk", `lkr_${"A".repeat(72)}`]) {
      const { status, cookies } = await send("POST", "/auth/logout", {
        body: { refresh_token: token },
      });
      expect([status, cookies]).toEqual([204, cleared]);
    }
    const own = await send("POST", "/auth/logout", { body: {}, headers: sameOrigin });
    expect([own.status, own.cookies]).toEqual([204, cleared]);
    const foreignForm = await send("POST", "/auth/logout", {
      headers: { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" },
    });
    expect([foreignForm.status, foreignForm.cookies]).toEqual([204, []]);
  });

  it("does not say signed out when all it has is a refused access token", async () => {
    const { status, json } = await send("POST", "/auth/logout", {
      headers: { Authorization: "Bearer junk" },
    });
    expect([status, json["code"]]).toEqual([401, "invalid_token"]);
  });

  it("ignores a refused access token beside a refresh token", async () => {
    const { session, refresh } = await signInNative();
    const { status } = await send("POST", "/auth/logout", {
      body: { refresh_token: refresh.token },
      headers: { Authorization: "Bearer junk" },
    });
    expect(status).toBe(204);
    expect(await server.row(session.id)).toMatchObject({ end_reason: "signed_out" });
  });

  it("L6: a store that fails is no sign-out", async () => {
    const { refresh } = await signInNative();
    await server.database.close();
    const { status, json, cookies } = await send("POST", "/auth/logout", {
      body: { refresh_token: refresh.token },
    });
    expect([status, json["code"], cookies]).toEqual([503, "database_unavailable", []]);
  });
});

describe("GET /auth/sessions and DELETE /auth/sessions/{id}", () => {
  it("lists one's own live sessions, newest first, the current one marked", async () => {
    const ended = await signInNative();
    await send("POST", "/auth/logout", { headers: ended.bearer });
    const expired = await signInNative();
    await server.age(expired.session.id, 31 * 86_400_000);
    const older = await signInNative();
    await server.age(older.session.id, 60_000);
    await server.signIn(await server.createUser("ben"));
    const current = await signInNative();
    const { status, json } = await send("GET", "/auth/sessions", { headers: current.bearer });
    expect(status).toBe(200);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const device = "Firefox on Linux";
    expect(json).toEqual({
      items: [
        {
          id: current.session.id,
          device,
          place: null,
          created_at: time,
          last_seen_at: time,
          current: true,
        },
        {
          id: older.session.id,
          device,
          place: null,
          created_at: time,
          last_seen_at: time,
          current: false,
        },
      ],
      next: null,
    });
  });

  it("comes in pages that leave nobody out and show nobody twice", async () => {
    const { bearer, session } = await signInNative();
    const ids = [session.id];
    const signIns = Array.from({ length: 119 }, () => server.signIn(ana));
    for (const created of await Promise.all(signIns)) ids.push(created.session.id);
    const seen: string[] = [];
    let after: string | null = "";
    while (after !== null) {
      const path: string = `/auth/sessions${after === "" ? "" : `?after=${after}`}`;
      const { json } = await send("GET", path, { headers: bearer });
      const items = json["items"] as { id: string }[];
      expect(items.length).toBeLessThanOrEqual(50);
      seen.push(...items.map((item) => item.id));
      after = json["next"] as string | null;
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  test.each(["after=x", "after=1.short", "after=1;drop", "page=2", "after=1.a&after=1.b"])(
    "refuses the query %s",
    async (query) => {
      const { bearer } = await signInNative();
      const { status, json } = await send("GET", `/auth/sessions?${query}`, { headers: bearer });
      expect([status, json["code"]]).toEqual([400, "invalid_request"]);
    },
  );

  it("wants an access token", async () => {
    for (const [method, path] of [
      ["GET", "/auth/sessions"],
      ["DELETE", `/auth/sessions/${createIdentifier()}`],
    ] as const) {
      const { status, json, headers } = await send(method, path);
      expect([status, json["code"]]).toEqual([401, "token_required"]);
      expect(headers.get("WWW-Authenticate")).toBe("Bearer");
    }
  });

  it("ends another session of one's own and retires its sid", async () => {
    const other = await signInNative();
    const { bearer } = await signInNative();
    const path = `/auth/sessions/${other.session.id}`;
    expect((await send("DELETE", path, { headers: bearer })).status).toBe(204);
    expect((await send("GET", "/auth/sessions", { headers: other.bearer })).status).toBe(401);
    expect((await send("DELETE", path, { headers: bearer })).status).toBe(404);
    const { json } = await send("POST", "/auth/refresh", {
      body: { refresh_token: other.refresh.token },
    });
    expect(json).toMatchObject({ code: "session_ended" });
  });

  it("answers the same for another user's session, an unknown one and nonsense", async () => {
    const ben = await server.signIn(await server.createUser("ben"));
    const { bearer } = await signInNative();
    const problems = [];
    for (const id of [ben.session.id, createIdentifier(), "nonsense"]) {
      const { status, json } = await send("DELETE", `/auth/sessions/${id}`, { headers: bearer });
      expect(status).toBe(404);
      problems.push(json);
    }
    expect(problems[1]).toEqual(problems[0]);
    expect(problems[2]).toEqual(problems[0]);
    expect(await server.row(ben.session.id)).toMatchObject({ ended_at: null });
  });
});
