import { expect, test } from "vitest";
import { attemptRenewal, RENEWAL_DEADLINE } from "./renewal-attempt.ts";
import { createServerCall } from "./server-call.ts";
import { createCookieStore } from "./token-store.ts";
import { createMemoryKeyStorage } from "./key-storage.ts";

/** Milliseconds of the design, section 3: the server's own limit, and the window of a rotation. */
const SERVER_DEADLINE = 5_000;
const WINDOW = 10_000;

/** Renews against an answer. */
function attempt(answer: () => Promise<Response>, now: () => number = () => 0) {
  const store = createCookieStore(createMemoryKeyStorage());
  return attemptRenewal({
    call: createServerCall(answer, "https://id.example", "cookie"),
    store,
    now,
  });
}

const problem = (status: number, code: string) => async (): Promise<Response> =>
  Response.json({ code }, { status });

test("a request and its answer end well inside the window", () => {
  expect(RENEWAL_DEADLINE + SERVER_DEADLINE).toBeLessThan(WINDOW);
});

test.each([
  ["refresh_token_required", "no_session"],
  ["refresh_token_invalid", "no_session"],
  ["session_expired", "session_expired"],
  ["session_ended", "session_ended"],
  ["session_compromised", "session_compromised"],
])("%s: signed out, %s", async (code, reason) => {
  expect(await attempt(problem(401, code))).toEqual({ kind: "signed_out", reason });
});

test.each([
  [409, "refresh_superseded"],
  [503, "database_unavailable"],
  [429, "rate_limited"],
  [403, "origin_refused"],
])("%i %s signs nobody out", async (status, code) => {
  expect(await attempt(problem(status, code))).toMatchObject({
    kind: "refused",
    error: { code, status },
  });
});

test("no answer, an answer that is none, and one from before a sleep sign nobody out", async () => {
  const lost = await attempt(() => Promise.reject(new TypeError("fetch failed")));
  expect(lost).toMatchObject({ kind: "refused", error: { code: "unreachable" } });
  const page = await attempt(async () => new Response("<html>", { status: 200 }));
  expect(page).toMatchObject({ kind: "refused", error: { code: "unexpected_answer" } });
  let clock = 0;
  const late = await attempt(
    () => {
      clock += RENEWAL_DEADLINE + 1;
      return problem(401, "session_ended")();
    },
    () => clock,
  );
  expect(late).toMatchObject({ kind: "refused", error: { code: "unreachable" } });
});
