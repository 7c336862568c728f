// Guards without a background: the feed is asked before answering, at most once a second.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { requestWith, START, TestIssuer } from "../test/test-issuer.ts";
import { Pull } from "./pull.ts";

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await TestIssuer.start();
});
afterEach(async () => {
  await issuer.stop();
});

describe("Pull", () => {
  test("works at most once a second, and once for all who wait", async () => {
    let now = 0;
    let runs = 0;
    const pull = new Pull(
      async () => {
        runs += 1;
      },
      1,
      () => now,
    );
    await Promise.all([pull.due(), pull.due()]);
    expect([runs, pull.isDue(), pull.due()]).toEqual([1, false, null]);
    now = 999;
    expect(pull.due()).toBeNull();
    now = 1000;
    expect(pull.isDue()).toBe(true);
    await pull.due();
    expect(runs).toBe(2);
  });

  test("is not waited for without end", async () => {
    const pull = new Pull(() => new Promise(() => {}), 0.01);
    await pull.due();
    expect(pull.isDue()).toBe(true);
  });
});

describe("mode: pull", () => {
  test("does nothing before the first request, then reads everything", async () => {
    const guard = issuer.guard({ mode: "pull" });
    expect(issuer.requests).toMatchObject({ metadata: 0, jwks: 0, feed: 0 });
    const claims = issuer.claims();
    issuer.retire(claims.sid);
    const retired = await guard.authenticate(requestWith(issuer.token(claims)));
    expect(retired).toMatchObject({ ok: false, challenge: { reason: "retired" } });
    expect(await guard.authenticate(requestWith(issuer.token()))).toMatchObject({ ok: true });
    expect(issuer.requests).toMatchObject({ metadata: 1, jwks: 1, feed: 1 });
    expect(guard.status().cannotPromise).toEqual([
      "the feed is asked only when requests come: news is heard by the next request",
    ]);
  });

  test("refresh pulls at once, and a request without a token pulls nothing", async () => {
    const guard = issuer.guard({ mode: "pull" });
    await guard.authenticate(requestWith(null));
    expect(issuer.requests.metadata).toBe(0);
    await guard.refresh();
    expect(guard.status().ready).toBe(true);
    const claims = issuer.claims();
    issuer.retire(claims.jti);
    await guard.refresh();
    expect(await guard.authenticate(requestWith(issuer.token(claims)))).toMatchObject({
      ok: false,
    });
  });

  test("a feed that fails: the choice for a stale feed applies, and the failure is known", async () => {
    const guard = issuer.guard({ mode: "pull", onStale: "deny" });
    await guard.refresh();
    issuer.manners.feed = "fails";
    await guard.refresh();
    expect(await guard.authenticate(requestWith(issuer.token()))).toMatchObject({ ok: true });
    issuer.now = START + 31;
    expect(await guard.authenticate(requestWith(issuer.token()))).toMatchObject({ status: 503 });
    expect(guard.status().lastError).toMatchObject({ task: "revocations" });
  });

  test("no issuer at all: 503", async () => {
    issuer.manners.metadata = "hangs_up";
    const guard = issuer.guard({ mode: "pull" });
    expect(await guard.authenticate(requestWith(issuer.token()))).toMatchObject({ status: 503 });
    await guard.close();
    expect(await guard.authenticate(requestWith(issuer.token()))).toMatchObject({ status: 503 });
  });
});
