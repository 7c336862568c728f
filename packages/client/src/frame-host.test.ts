import { expect, test } from "vitest";
import { createFrameHost, MAX_UNDER_WAY } from "./frame-host.ts";
import { renewMessage } from "./frame-messages.ts";
import type { RenewalOutcome } from "./renewal-attempt.ts";
import type { TabMessage } from "./tabs.ts";

const ORIGIN = "https://app.example.com";
const RENEWED: RenewalOutcome = { kind: "renewed", accessToken: "own", expiresIn: 900 };

/** A frame whose renewals wait for `release`, behind others of the origin or not. */
function openHost({ isBehind = false }: { readonly isBehind?: boolean } = {}) {
  const parent = {} as MessageEventSource;
  const answers: unknown[] = [];
  const told: TabMessage[] = [];
  let release: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let attempts = 0;
  const host = createFrameHost({
    origin: ORIGIN,
    parent,
    tabs: {
      inTurn: async (work) => {
        await gate;
        return work(isBehind);
      },
      tell: (message) => void told.push(message),
    },
    attempt: async () => {
      attempts += 1;
      return RENEWED;
    },
    answer: (message) => void answers.push(message),
    now: () => 1_000_000,
    after: (_milliseconds, call) => {
      call();
      return () => {};
    },
  });
  return {
    parent,
    answers,
    told,
    attempts: () => attempts,
    hear: (id: number, source: MessageEventSource | null = parent, origin = ORIGIN) =>
      host.hear({ source, origin, data: renewMessage(id) }),
    learn: (message: TabMessage) => host.learn(message),
    finish: async () => {
      release();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test("the page around it is answered twice: heard, and the outcome, which the origin's tabs learn", async () => {
  const frame = openHost();
  frame.hear(1);
  expect(frame.answers).toEqual([{ latchkey: "heard", id: 1 }]);
  await frame.finish();
  expect(frame.answers).toEqual([
    { latchkey: "heard", id: 1 },
    { latchkey: "outcome", id: 1, ...RENEWED },
  ]);
  expect(frame.told).toEqual([
    { kind: "token", token: "own", receivedAt: 1_000_000, life: 900_000 },
  ]);
});

test.each([
  ["another window of its origin", {} as MessageEventSource, ORIGIN],
  ["no window", null, ORIGIN],
])("O12: %s hears nothing", async (_name, source, origin) => {
  const frame = openHost();
  frame.hear(1, source, origin);
  await frame.finish();
  expect([frame.answers, frame.attempts()]).toEqual([[], 0]);
});

test.each([
  "https://app.example.com.evil.example",
  "https://evil.example",
  "http://app.example.com",
  "https://app.example.com:8443",
  "null",
  "",
])("O12: the page around it hears nothing while it is of %j", async (origin) => {
  const frame = openHost();
  frame.hear(1, frame.parent, origin);
  await frame.finish();
  expect([frame.answers, frame.attempts()]).toEqual([[], 0]);
});

test("of many questions at once only some are heard, and later ones again", async () => {
  const frame = openHost();
  for (let id = 1; id <= 9; id += 1) frame.hear(id);
  expect(frame.answers).toHaveLength(MAX_UNDER_WAY);
  await frame.finish();
  expect(frame.attempts()).toBe(MAX_UNDER_WAY);
  frame.hear(10);
  await frame.finish();
  expect(frame.answers.at(-1)).toMatchObject({ latchkey: "outcome", id: 10 });
});

test("who waited takes the token that came meanwhile, for what is left of it", async () => {
  const frame = openHost({ isBehind: true });
  const early = { kind: "token", token: "early", receivedAt: 0, life: 900_000 } as const;
  frame.learn(early);
  frame.hear(1);
  frame.learn({ ...early, token: "news", receivedAt: 1_000_000 - 60_000 });
  frame.learn({ kind: "ended", sessionId: "s", reason: "signed_out" });
  await frame.finish();
  expect(frame.attempts()).toBe(0);
  expect(frame.answers.at(-1)).toEqual({
    latchkey: "outcome",
    id: 1,
    kind: "renewed",
    accessToken: "news",
    expiresIn: 840,
  });
});

test("what came before the question is no news", async () => {
  const frame = openHost({ isBehind: true });
  frame.learn({ kind: "token", token: "old", receivedAt: 1_000_000, life: 900_000 });
  frame.hear(1);
  await frame.finish();
  expect(frame.attempts()).toBe(1);
});
