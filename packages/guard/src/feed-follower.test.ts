// The revocation feed over HTTP: what is heard, and what is refused while the last good state stays.

import { generateKey, signJwt } from "@latchkey/jose";
import { createIdentifier, FEED_TYPE } from "@latchkey/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { requestWith, START, TestIssuer, TestLedger } from "../test/test-issuer.ts";
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

describe("P9: what was taken back", () => {
  test.each([
    ["its id", (claims: ReturnType<TestIssuer["claims"]>) => claims.jti],
    ["its session", (claims: ReturnType<TestIssuer["claims"]>) => claims.sid],
    ["its user or a role", (claims: ReturnType<TestIssuer["claims"]>) => claims.handles[1]],
    ["its key", () => issuer.keys[0]?.kid],
  ])("a token is refused by %s, seen before or not", async (_name, handleOf) => {
    const guard = await issuer.readyGuard();
    const uncached = await issuer.readyGuard({ cacheSize: 0 });
    const claims = issuer.claims();
    const token = issuer.token(claims);
    expect(await outcome(guard, token)).toBe("ok");
    issuer.retire(handleOf(claims) ?? "");
    await Promise.all([guard.refresh(), uncached.refresh()]);
    expect(await outcome(guard, token)).toBe("401 retired");
    expect(await outcome(guard, token)).toBe("401 retired");
    expect(await outcome(uncached, token)).toBe("401 retired");
  });

  test("other tokens are untouched", async () => {
    const guard = await issuer.readyGuard();
    const token = issuer.token();
    expect(await outcome(guard, token)).toBe("ok");
    for (let count = 0; count < 10; count++) issuer.retire(createIdentifier());
    await guard.refresh();
    expect(await outcome(guard, token)).toBe("ok");
    expect(await outcome(guard, issuer.token())).toBe("ok");
    expect(guard.status().revocations.entries).toBe(10);
  });

  test("a token without a kid is refused when its key was taken back", async () => {
    const kid = issuer.keys[0]?.kid ?? "";
    const guard = await issuer.readyGuard();
    issuer.retire(kid);
    await guard.refresh();
    const { SignJWT, importJWK } = await import("jose");
    const { exportPrivateJwk } = await import("@latchkey/jose");
    const key = issuer.keys[0];
    if (key === undefined) throw new Error("no key");
    const token = await new SignJWT(issuer.claims())
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt" })
      .sign(await importJWK({ ...exportPrivateJwk(key) }, "ES256"));
    expect(await outcome(guard, token)).toBe("401 retired");
  });

  test("the schedule hears it without help", async () => {
    const guard = issuer.guard({ pollInterval: 10 });
    const claims = issuer.claims();
    const token = issuer.token(claims);
    expect(await outcome(guard, token)).toBe("ok");
    issuer.retire(claims.sid);
    await vi.waitFor(async () => {
      expect(await outcome(guard, token)).toBe("401 retired");
    });
  });
});

describe("reading", () => {
  test("a snapshot comes in slices until nothing is missing", async () => {
    issuer.sliceEntries = 2;
    const claims = issuer.claims();
    for (const handle of ["a", "b", "c", claims.jti, "d"]) issuer.retire(handle);
    const guard = await issuer.readyGuard();
    expect(issuer.requests.feed).toBe(3);
    expect(await outcome(guard, issuer.token(claims))).toBe("401 retired");
    expect(guard.status()).toMatchObject({
      ready: true,
      revocations: {
        source: "feed",
        position: `${issuer.ledger.id}:5`,
        lastIssuedAt: START,
        staleness: 0,
        isStale: false,
        entries: 5,
      },
      cannotPromise: [],
      lastError: null,
    });
  });

  test("afterwards only what is new is asked for", async () => {
    const guard = await issuer.readyGuard();
    issuer.retire("a");
    await guard.refresh();
    const asked: (string | null)[] = [];
    issuer.answerFeed = (after) => {
      asked.push(after);
      return { status: 200, body: issuer.slice(after) ?? "" };
    };
    await guard.refresh();
    expect(asked).toEqual([`${issuer.ledger.id}:1`]);
  });

  test("a snapshot that broke off goes on where it was, and is not ready before its end", async () => {
    issuer.sliceEntries = 2;
    for (const handle of ["a", "b", "c", "d", "e"]) issuer.retire(handle);
    const guard = issuer.guard({ startupTimeout: 0 });
    const asked: (string | null)[] = [];
    issuer.answerFeed = (after) => {
      asked.push(after);
      const isBroken = asked.length === 2;
      return { status: isBroken ? 500 : 200, body: isBroken ? "" : (issuer.slice(after) ?? "") };
    };
    await guard.refresh();
    expect(guard.status()).toMatchObject({ ready: false, revocations: { position: null } });
    expect(await outcome(guard, issuer.token())).toBe("503 revocations_unknown");
    await guard.refresh();
    expect(guard.status().ready).toBe(true);
    const { id } = issuer.ledger;
    expect(asked).toEqual([null, `${id}:2`, `${id}:2`, `${id}:4`]);
  });

  test("entries leave when no token can carry them any more", async () => {
    const guard = await issuer.readyGuard();
    const claims = issuer.claims();
    const token = issuer.token(claims);
    issuer.retire(claims.jti, START + 900);
    await guard.refresh();
    expect(guard.status().revocations.entries).toBe(1);
    issuer.now = START + 904.9;
    await guard.refresh();
    expect(await outcome(guard, token)).toMatch(/^401 (retired|expired)$/);
    expect(guard.status().revocations.entries).toBe(1);
    issuer.now = START + 906;
    // The first reading tells the issuer's time, the next one sweeps by it.
    await guard.refresh();
    await guard.refresh();
    expect(guard.status().revocations.entries).toBe(0);
  });

  test("the feed's own keys may rotate", async () => {
    const guard = await issuer.readyGuard();
    issuer.feedKeys = [await generateKey("ES256")];
    const claims = issuer.claims();
    issuer.retire(claims.jti);
    await guard.refresh();
    expect(await outcome(guard, issuer.token(claims))).toBe("401 retired");
  });
});

describe("a new ledger", () => {
  test("is read from its snapshot, and the old entries stay until they expire", async () => {
    const guard = await issuer.readyGuard();
    const before = issuer.claims();
    const after = issuer.claims();
    const tokens = [issuer.token(before), issuer.token(after)] as const;
    expect(await outcome(guard, tokens[1])).toBe("ok");
    issuer.retire(before.sid);
    await guard.refresh();
    issuer.ledger = new TestLedger();
    await guard.refresh();
    expect(guard.status().revocations.position).toBe(`${issuer.ledger.id}:0`);
    expect(await outcome(guard, tokens[0])).toBe("401 retired");
    expect(await outcome(guard, tokens[1])).toBe("ok");
    issuer.retire(after.sid);
    await guard.refresh();
    expect(await outcome(guard, tokens[0])).toBe("401 retired");
    expect(await outcome(guard, tokens[1])).toBe("401 retired");
  });

  test("an older ledger is not taken back: a roll-back", async () => {
    const old = issuer.ledger;
    const guard = await issuer.readyGuard();
    issuer.now = START + 5;
    issuer.ledger = new TestLedger();
    await guard.refresh();
    const current = issuer.ledger;
    issuer.ledger = old;
    issuer.changeSlice = (claims) => ({ ...claims, iat: START });
    await guard.refresh();
    expect(guard.status().revocations.position).toBe(`${current.id}:0`);
    expect(guard.status().lastError?.message).toBe("the ledger is older than the one in use");
  });

  test("a guard holds a bounded number of them", async () => {
    const guard = await issuer.readyGuard();
    for (let count = 0; count < 20; count++) {
      issuer.ledger = new TestLedger();
      issuer.retire("a");
      await guard.refresh();
    }
    expect(guard.status().revocations.entries).toBeLessThanOrEqual(8);
    expect(guard.status().lastError?.message).toBe("more than 8 ledgers at once");
    // Once the old ones have expired there is room again.
    issuer.now = START + 1000;
    await guard.refresh();
    await guard.refresh();
    expect(guard.status().revocations.position).toBe(`${issuer.ledger.id}:1`);
  });
});

describe("what is refused while the last good state stays", () => {
  const wrongClaims: [string, (claims: Record<string, unknown>) => object][] = [
    ["of another issuer", (claims) => ({ ...claims, iss: "https://evil.example" })],
    ["expired", (claims) => ({ ...claims, exp: START - 60 })],
    ["without exp", ({ exp: _exp, ...claims }) => claims],
    ["from the future", (claims) => ({ ...claims, iat: START + 61, exp: START + 121 })],
    ["that leaves a gap", (claims) => ({ ...claims, from: 5, to: 5 + Number(claims["to"]) })],
    ["of another ledger", (claims) => ({ ...claims, ledger: createIdentifier() })],
    ["whose chain does not fit", (claims) => ({ ...claims, from_hash: "A".repeat(43) })],
    ["whose entries do not lead to its hash", (claims) => ({ ...claims, to_hash: "A".repeat(43) })],
    ["without entries", ({ entries: _entries, ...claims }) => claims],
    ["that says more and brings nothing", (claims) => ({ ...claims, more: true })],
  ];
  const wrongAnswers: [string, () => void][] = [
    ["HTML", () => (issuer.manners.feed = "html")],
    ["a slice under another content type", () => (issuer.manners.feed = "mislabelled")],
    ["without end", () => (issuer.manners.feed = "huge")],
    ["a redirect", () => (issuer.manners.feed = "redirects")],
    ["an error", () => (issuer.manners.feed = "fails")],
    ["a closed connection", () => (issuer.manners.feed = "hangs_up")],
    ["nothing in time", () => (issuer.manners.feed = "never")],
    ["no JWS", () => answerWith("not a token")],
    ["an empty body", () => answerWith("")],
    ["JSON", () => answerWith('{"iss":"x"}')],
    ["a truncated slice", () => answerWith((after) => (issuer.slice(after) ?? "").slice(0, -10))],
    [
      "an unsigned slice",
      () => answerWith((after) => (issuer.slice(after) ?? "").replace(/\.[^.]*$/, ".")),
    ],
    ["410 for everything", () => (issuer.answerFeed = () => ({ status: 410, body: "" }))],
    ["bytes", () => answerWith("\u0000\u00ff\u0000")],
    ...wrongClaims.map(([name, change]): [string, () => void] => [
      `a slice ${name}`,
      () => (issuer.changeSlice = change),
    ]),
  ];

  function answerWith(body: string | ((after: string | null) => string)): void {
    issuer.answerFeed = (after) => ({
      status: 200,
      body: typeof body === "string" ? body : body(after),
    });
  }

  test.each(wrongAnswers)("%s", async (_name, misbehave) => {
    const guard = await issuer.readyGuard({ fetchTimeout: 0.2 });
    const retired = issuer.claims();
    issuer.retire(retired.jti);
    await guard.refresh();
    const good = guard.status();
    misbehave();
    await guard.refresh();
    expect(guard.status().revocations).toEqual(good.revocations);
    expect(guard.status().lastError).toMatchObject({ task: "revocations", at: START });
    expect(guard.status().lastError?.message).not.toBe("unexpected failure");
    expect(await outcome(guard, issuer.token(retired))).toBe("401 retired");
    expect(await outcome(guard, issuer.token())).toBe("ok");
    // And it recovers by itself once the feed is well.
    issuer.manners.feed = "well";
    issuer.answerFeed = null;
    issuer.changeSlice = (claims) => claims;
    const later = issuer.claims();
    issuer.retire(later.jti);
    await guard.refresh();
    expect(guard.status().lastError).toBeNull();
    expect(await outcome(guard, issuer.token(later))).toBe("401 retired");
  });

  test("a slice replayed: it does not start where we are", async () => {
    const guard = await issuer.readyGuard();
    issuer.retire("a");
    await guard.refresh();
    const replayed = issuer.slices.at(-1) ?? "";
    issuer.retire("b");
    issuer.answerFeed = () => ({ status: 200, body: replayed });
    await guard.refresh();
    expect(guard.status().lastError?.message).toBe("the slice does not start where we are");
    expect(guard.status().revocations.position).toBe(`${issuer.ledger.id}:1`);
  });

  test("a slice signed by the issuer's key for tokens, or by a stranger", async () => {
    const guard = await issuer.readyGuard();
    const own = issuer.feedKeys;
    const stranger = await generateKey("ES256", { kid: own[0]?.kid ?? "" });
    for (const keys of [issuer.keys, [stranger]]) {
      issuer.answerFeed = (after) => {
        issuer.feedKeys = keys;
        const body = issuer.slice(after) ?? "";
        issuer.feedKeys = own;
        return { status: 200, body };
      };
      await guard.refresh();
      expect(guard.status().lastError).toMatchObject({ task: "revocations" });
    }
  });

  test.each(["at+jwt", "JWT", "logout+jwt"])(
    "F9: a token of typ %s by the feed's key",
    async (typ) => {
      const guard = await issuer.readyGuard();
      issuer.answerFeed = (after) => {
        const slice = issuer.slice(after) ?? "";
        const claims = JSON.parse(Buffer.from(slice.split(".")[1] ?? "", "base64url").toString());
        const key = issuer.feedKeys[0];
        if (key === undefined) throw new Error("no key");
        return { status: 200, body: signJwt(claims, key, { typ, issuedAt: false }) };
      };
      await guard.refresh();
      expect(guard.status().lastError).toMatchObject({ task: "revocations" });
      expect(FEED_TYPE).not.toBe(typ);
    },
  );

  test("a ledger that lost entries: a roll-back", async () => {
    const guard = await issuer.readyGuard();
    const claims = issuer.claims();
    issuer.retire("a");
    issuer.retire(claims.jti);
    await guard.refresh();
    issuer.ledger.entries.length = 1;
    issuer.ledger.hashes.length = 2;
    await guard.refresh();
    expect(guard.status().lastError?.message).toBe("the ledger is shorter than it was");
    expect(guard.status().revocations.position).toBe(`${issuer.ledger.id}:2`);
    expect(await outcome(guard, issuer.token(claims))).toBe("401 retired");
  });

  test("a ledger whose past was rewritten: a fork", async () => {
    const guard = await issuer.readyGuard();
    issuer.retire("a");
    await guard.refresh();
    issuer.ledger.entries.length = 0;
    issuer.ledger.hashes.length = 1;
    issuer.retire("b");
    await guard.refresh();
    expect(guard.status().lastError?.message).toBe("the ledger was rewritten");
  });

  test("a snapshot that does not start at the beginning", async () => {
    issuer.retire("a");
    issuer.retire("b");
    issuer.answerFeed = () => {
      const slice = issuer.slice(`${issuer.ledger.id}:1`) ?? "";
      return { status: 200, body: slice };
    };
    const guard = issuer.guard({ startupTimeout: 0 });
    await guard.refresh();
    expect(guard.status()).toMatchObject({
      ready: false,
      lastError: { message: "asked for a snapshot" },
    });
  });
});

describe("staleness", () => {
  test("allow goes on and says so", async () => {
    const guard = await issuer.readyGuard();
    issuer.manners.feed = "hangs_up";
    issuer.now = START + 31;
    await guard.refresh();
    expect(await outcome(guard, issuer.token())).toBe("ok");
    expect(guard.status()).toMatchObject({
      ready: true,
      revocations: { staleness: 31, isStale: true },
      cannotPromise: [
        "the revocation feed is stale: a token taken back since then lives until it expires",
      ],
      lastError: { task: "revocations" },
    });
  });

  test("deny answers 503 until the feed is back", async () => {
    const guard = await issuer.readyGuard({ onStale: "deny" });
    const token = issuer.token();
    expect(await outcome(guard, token)).toBe("ok");
    issuer.manners.feed = "hangs_up";
    issuer.now = START + 30;
    expect(await outcome(guard, token)).toBe("ok");
    issuer.now = START + 31;
    expect(await outcome(guard, token)).toBe("503 revocations_unknown");
    issuer.manners.feed = "well";
    await guard.refresh();
    expect(await outcome(guard, token)).toBe("ok");
  });

  test("a frozen feed grows stale though it answers", async () => {
    const guard = await issuer.readyGuard({ onStale: "deny" });
    await guard.refresh();
    const frozen = issuer.slices.at(-1) ?? "";
    issuer.answerFeed = () => ({ status: 200, body: frozen });
    issuer.now = START + 31;
    await guard.refresh();
    expect(await outcome(guard, issuer.token())).toBe("503 revocations_unknown");
    issuer.now = START + 120;
    await guard.refresh();
    expect(guard.status().lastError?.message).toBe("the token has expired");
  });

  test("an older slice does not make the feed look older than it is", async () => {
    const guard = await issuer.readyGuard();
    issuer.now = START + 3;
    await guard.refresh();
    issuer.changeSlice = (claims) => ({ ...claims, iat: START + 1 });
    await guard.refresh();
    expect(guard.status().revocations.lastIssuedAt).toBe(START + 3);
  });
});

test("closing ends a fetch that hangs", async () => {
  const guard = await issuer.readyGuard({ fetchTimeout: 300 });
  issuer.manners.feed = "never";
  const refreshed = guard.refresh();
  await vi.waitFor(() => {
    expect(issuer.requests.feed).toBe(2);
  });
  await guard.close();
  await refreshed;
  expect(guard.status().lastError).toBeNull();
});
