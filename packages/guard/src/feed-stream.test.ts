// The feed as a stream: heard at once, resumed where it broke off, and given up for questions where
// streams do not come through.

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { requestWith, START, TestIssuer, TestLedger } from "../test/test-issuer.ts";
import type { Guard, GuardOptions } from "./index.ts";

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await TestIssuer.start();
  issuer.hasStream = true;
});
afterEach(async () => {
  await issuer.stop();
});

async function outcome(guard: Guard, token: string): Promise<string> {
  const result = await guard.authenticate(requestWith(token));
  return result.ok ? "ok" : `${result.status} ${result.challenge?.reason ?? result.problem.code}`;
}

/** A guard whose stream is open; it asks by schedule only once a day. */
async function streamingGuard(options: Partial<GuardOptions> = {}): Promise<Guard> {
  const guard = issuer.guard(options);
  await vi.waitFor(() => {
    expect(guard.status()).toMatchObject({ ready: true, revocations: { isStreaming: true } });
  });
  return guard;
}

describe("a stream", () => {
  test("brings the snapshot, then what was taken back, in one request", async () => {
    issuer.sliceEntries = 2;
    const early = issuer.claims();
    for (const handle of ["a", "b", early.sid, "c", "d"]) issuer.retire(handle);
    const guard = await streamingGuard();
    const late = issuer.claims();
    const token = issuer.token(late);
    expect(await outcome(guard, issuer.token(early))).toBe("401 retired");
    expect(await outcome(guard, token)).toBe("ok");
    issuer.retire(late.sid);
    issuer.beat();
    await vi.waitFor(async () => {
      expect(await outcome(guard, token)).toBe("401 retired");
    });
    expect(issuer.requests.feed).toBe(1);
    expect(issuer.feedQuestions[0]?.accept).toBe("text/event-stream, application/jwt");
  });

  test("its heartbeats keep the feed fresh", async () => {
    const guard = await streamingGuard({ onStale: "deny" });
    issuer.now = START + 29;
    issuer.beat();
    await vi.waitFor(() => {
      expect(guard.status().revocations.lastIssuedAt).toBe(START + 29);
    });
    issuer.now = START + 50;
    expect(await outcome(guard, issuer.token())).toBe("ok");
  });

  test.each([true, false])("is resumed where it was cut (cleanly: %s)", async (isClean) => {
    const guard = await streamingGuard({ pollInterval: 10 });
    issuer.retire("a");
    issuer.beat();
    await vi.waitFor(() => {
      expect(guard.status().revocations.position).toBe(`${issuer.ledger.id}:1`);
    });
    issuer.cut(isClean);
    const claims = issuer.claims();
    issuer.retire(claims.jti);
    await vi.waitFor(async () => {
      expect(await outcome(guard, issuer.token(claims))).toBe("401 retired");
    });
    expect(issuer.feedQuestions[1]).toMatchObject({
      after: `${issuer.ledger.id}:1`,
      lastEventId: `${issuer.ledger.id}:1`,
    });
  });

  test("that is cut again and again is given up, and the feed asked instead", async () => {
    const guard = await streamingGuard({ pollInterval: 10 });
    await vi.waitFor(() => {
      issuer.cut(true);
      expect(issuer.feedQuestions.at(-1)?.accept).toBe("application/jwt");
    });
    issuer.retire("a");
    await vi.waitFor(() => {
      expect(guard.status().revocations.position).toBe(`${issuer.ledger.id}:1`);
    });
    expect(guard.status().lastError).toBeNull();
  });

  test("whose position is gone is followed by a snapshot", async () => {
    const guard = await streamingGuard({ pollInterval: 10 });
    issuer.ledger = new TestLedger();
    issuer.cut(true);
    await vi.waitFor(() => {
      expect(guard.status().revocations).toMatchObject({
        position: `${issuer.ledger.id}:0`,
        isStreaming: true,
      });
    });
  });

  test("gives way to a question by hand and comes back", async () => {
    const guard = await streamingGuard();
    issuer.retire("a");
    await guard.refresh();
    expect(guard.status().revocations.position).toBe(`${issuer.ledger.id}:1`);
    await vi.waitFor(() => {
      expect(issuer.openStreams).toBe(1);
      expect(guard.status().revocations.isStreaming).toBe(true);
    });
  });

  test("ends with the guard", async () => {
    const guard = await streamingGuard();
    await guard.close();
    await vi.waitFor(() => {
      expect(issuer.openStreams).toBe(0);
    });
    expect(guard.status().lastError).toBeNull();
  });
});

describe("what is refused ends the stream, and the last good state stays", () => {
  const bad: [string, (claims: Record<string, unknown>) => object][] = [
    ["of another issuer", (claims) => ({ ...claims, iss: "https://evil.example" })],
    ["that leaves a gap", (claims) => ({ ...claims, from: 5, to: 6 })],
    ["that goes back", (claims) => ({ ...claims, from: 0, to: 0 })],
    ["of another ledger", (claims) => ({ ...claims, ledger: new TestLedger().id })],
    ["whose chain does not fit", (claims) => ({ ...claims, from_hash: "A".repeat(43) })],
    ["from the future", (claims) => ({ ...claims, iat: START + 61, exp: START + 121 })],
    ["that has expired", (claims) => ({ ...claims, exp: START - 61 })],
  ];
  const texts: [string, (issuer: TestIssuer) => void][] = [
    ["an event over the bound", (to) => to.write(`data: ${"a".repeat(140_000)}\n\n`)],
    ["a line without end", (to) => to.write("a".repeat(140_000))],
    ["no JWS", (to) => to.write("data: <html>\n\n")],
    [
      "a slice with a broken signature",
      (to) => to.write(`data: ${(to.slice(null) ?? "").replace(/.{10}$/, "AAAAAAAAAA")}\n\n`),
    ],
    ["an unsigned slice", (to) => to.write(`data: ${to.slice(null)?.replace(/[^.]*$/, "")}\n\n`)],
    ...bad.map(([name, change]): [string, (to: TestIssuer) => void] => [
      `a slice ${name}`,
      (to) => {
        to.changeSlice = change;
        to.beat();
        to.changeSlice = (claims) => claims;
      },
    ]),
  ];

  test.each(texts)("%s", async (_name, misbehave) => {
    const guard = await streamingGuard();
    const claims = issuer.claims();
    issuer.retire(claims.jti);
    issuer.beat();
    await vi.waitFor(() => {
      expect(guard.status().revocations.entries).toBe(1);
    });
    const { position } = guard.status().revocations;
    misbehave(issuer);
    await vi.waitFor(() => {
      expect(guard.status().lastError).toMatchObject({ task: "revocations" });
    });
    expect(guard.status().lastError?.message).not.toBe("unexpected failure");
    expect(guard.status().revocations.position).toBe(position);
    expect(await outcome(guard, issuer.token(claims))).toBe("401 retired");
    expect(await outcome(guard, issuer.token())).toBe("ok");
    await vi.waitFor(() => {
      expect(issuer.openStreams).toBe(0);
    });
  });
});

test("heartbeats that repeat an old time do not keep the feed fresh", async () => {
  const guard = await streamingGuard({ onStale: "deny" });
  issuer.changeSlice = (claims) => ({ ...claims, iat: START, exp: START + 1000 });
  issuer.now = START + 31;
  for (let count = 0; count < 5; count++) issuer.beat();
  await sleep(50);
  expect(await outcome(guard, issuer.token())).toBe("503 revocations_unknown");
});

test.each(["events", "everything"] as const)("a proxy holds %s back", async (what) => {
  issuer.holdsBack = what;
  const guard = issuer.guard({ pollInterval: 10, fetchTimeout: 0.1 });
  await vi.waitFor(() => {
    expect(guard.status()).toMatchObject({ ready: true, revocations: { isStreaming: false } });
  });
  expect(issuer.feedQuestions.map(({ accept }) => accept)).toContain("application/jwt");
});
