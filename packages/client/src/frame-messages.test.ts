import { expect, test } from "vitest";
import { LatchkeyClientError } from "./error.ts";
import {
  heardMessage,
  outcomeMessage,
  parseFrameMessage,
  parseRenewMessage,
  renewMessage,
} from "./frame-messages.ts";
import type { RenewalOutcome } from "./renewal-attempt.ts";

/** As a message crosses from one window into the other. */
const cross = (message: unknown): unknown => structuredClone(message);

function readOutcome(message: unknown): RenewalOutcome | undefined {
  const read = parseFrameMessage(cross(message));
  return read?.latchkey === "outcome" ? read.read(LatchkeyClientError) : undefined;
}

test("a question and its first answer cross", () => {
  expect(parseRenewMessage(cross(renewMessage(7)))).toBe(7);
  expect(parseFrameMessage(cross(heardMessage(7)))).toEqual({ latchkey: "heard", id: 7 });
});

test("an outcome crosses with what is known, and nothing else", () => {
  const renewed = { kind: "renewed", accessToken: "a", expiresIn: 900 } as const;
  expect(readOutcome(outcomeMessage(1, renewed))).toEqual(renewed);
  const ended = { kind: "signed_out", reason: "session_ended" } as const;
  expect(readOutcome(outcomeMessage(1, ended))).toEqual(ended);
  const more = { ...renewed, refresh_token: "lkr_x" };
  expect(Object.keys(outcomeMessage(1, more) as object).sort()).toEqual([
    "accessToken",
    "expiresIn",
    "id",
    "kind",
    "latchkey",
  ]);
});

test("an error crosses as one of the client's, with its details", () => {
  const error = new LatchkeyClientError("rate_limited", "Later", {
    status: 429,
    retryAfter: 3,
    problem: { code: "rate_limited" },
    cause: () => "functions do not cross",
  });
  const outcome = readOutcome(outcomeMessage(1, { kind: "refused", error }));
  const read = outcome?.kind === "refused" ? outcome.error : undefined;
  expect(read).toBeInstanceOf(LatchkeyClientError);
  expect(read).toMatchObject({ ...error, message: "Later" });
  expect(read?.cause).toBeUndefined();
});

test.each([
  [null],
  [undefined],
  ["renew"],
  [7],
  [[]],
  [{}],
  [{ id: 7 }],
  [{ latchkey: "renew" }],
  [{ latchkey: "renew", id: "7" }],
  [{ latchkey: "renew", id: 7.5 }],
  [{ latchkey: "renew", id: Number.NaN }],
  [{ latchkey: "sign_out", id: 7 }],
])("O12: %j asks for nothing", (data) => {
  expect(parseRenewMessage(data)).toBeUndefined();
});

test.each([
  [null],
  ["heard"],
  [{ latchkey: "heard" }],
  [{ latchkey: "renew", id: 7 }],
  [{ latchkey: "outcome", id: 7 }],
  [{ latchkey: "outcome", id: 7, kind: "signed_out" }],
  [{ latchkey: "outcome", id: 7, kind: "refused" }],
  [{ latchkey: "outcome", id: 7, kind: "refused", error: { code: 1 } }],
  [{ latchkey: "outcome", kind: "renewed", accessToken: "a", expiresIn: 900 }],
])("O12: %j answers nothing", (data) => {
  expect(parseFrameMessage(data)).toBeUndefined();
});
