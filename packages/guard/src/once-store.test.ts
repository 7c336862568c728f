import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { requestWith, TestIssuer } from "../test/test-issuer.ts";
import { createOnceStore } from "./once-store.ts";

describe("createOnceStore", () => {
  test("lets each pass once, and again only after its time", () => {
    const store = createOnceStore(10);
    expect([store.spend("a", 100, 0), store.spend("a", 100, 99)]).toEqual([true, false]);
    expect(store.spend("b", 100, 0)).toBe(true);
    expect(store.spend("a", 200, 100)).toBe(true);
    expect(store.spend("a", 200, 199)).toBe(false);
  });

  test("I8: refuses when it is full, forgets nothing, and makes room as tokens expire", () => {
    const store = createOnceStore(2);
    expect([store.spend("a", 100, 0), store.spend("b", 200, 0)]).toEqual([true, true]);
    expect(() => store.spend("c", 300, 99)).toThrow("more than 2");
    expect(store.spend("a", 100, 99)).toBe(false);
    expect(store.spend("c", 300, 100)).toBe(true);
    expect(store.spend("b", 200, 100)).toBe(false);
  });
});

describe("the rule's once", () => {
  let issuer: TestIssuer;
  beforeEach(async () => {
    issuer = await TestIssuer.start();
  });
  afterEach(async () => {
    await issuer.stop();
  });

  test("a token passes once at this API, whichever route it is used at", async () => {
    const guard = await issuer.readyGuard();
    const [first, second] = [guard.requires({ once: true }), guard.requires({ once: true })];
    const request = requestWith(issuer.token());
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? first : second).authenticate(request)),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await first.authenticate(request)).toMatchObject({ status: 401 });
    expect(await first.authenticate(requestWith(issuer.token()))).toMatchObject({ ok: true });
    // Other routes do not mind.
    expect(await guard.authenticate(request)).toMatchObject({ ok: true });
  });

  test("a request that is refused for another reason uses nothing up", async () => {
    const guard = await issuer.readyGuard();
    let isAllowed = false;
    const rule = guard.requires({ once: true, check: () => isAllowed });
    const request = requestWith(issuer.token());
    expect(await rule.authenticate(request)).toMatchObject({ status: 403 });
    isAllowed = true;
    expect(await rule.authenticate(request)).toMatchObject({ ok: true });
  });

  test("a full store, and one that fails, let nobody pass", async () => {
    const full = (await issuer.readyGuard({ onceStoreSize: 1 })).requires({ once: true });
    expect(await full.authenticate(requestWith(issuer.token()))).toMatchObject({ ok: true });
    expect(await full.authenticate(requestWith(issuer.token()))).toMatchObject({ status: 503 });
    const away = { spend: () => Promise.reject(new Error("away")) };
    const failing = (await issuer.readyGuard({ onceStore: away })).requires({ once: true });
    expect(await failing.authenticate(requestWith(issuer.token()))).toMatchObject({ status: 503 });
    const loose = { spend: () => "yes" as unknown as boolean };
    const unclear = (await issuer.readyGuard({ onceStore: loose })).requires({ once: true });
    expect(await unclear.authenticate(requestWith(issuer.token()))).toMatchObject({ status: 401 });
  });

  test("a token without an id does not pass", async () => {
    const guard = await issuer.readyGuard({ requiredClaims: [] });
    const request = requestWith(issuer.token({ jti: undefined }));
    expect(await guard.authenticate(request)).toMatchObject({ ok: true });
    expect(await guard.requires({ once: true }).authenticate(request)).toMatchObject({ ok: false });
  });
});
