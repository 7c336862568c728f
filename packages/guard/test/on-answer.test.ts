// `onAnswer` hears of each answer once: the hook for counters.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { requestWith, TestIssuer } from "./test-issuer.ts";

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await TestIssuer.start();
});
afterEach(async () => {
  await issuer.stop();
});

describe("onAnswer", () => {
  test("hears of acceptance, refusal and a rule's verdict, each once", async () => {
    const heard: string[] = [];
    const guard = await issuer.readyGuard({
      onAnswer: (answer) => {
        heard.push(answer.ok ? "ok" : answer.problem.code);
      },
    });
    const token = issuer.token();
    await guard.authenticate(requestWith(token));
    await guard.authenticate(requestWith(null));
    await guard.check("junk");
    await guard.requires({ permission: "x" }).authenticate(requestWith(token));
    expect(heard).toEqual(["ok", "token_required", "invalid_token", "permission_denied"]);
  });

  test("decides nothing, even when it throws", async () => {
    const guard = await issuer.readyGuard({
      onAnswer: () => {
        throw new Error("no counter");
      },
    });
    expect((await guard.authenticate(requestWith(issuer.token()))).ok).toBe(true);
    expect((await guard.authenticate(requestWith("junk"))).ok).toBe(false);
  });

  test("must be a function", () => {
    expect(() => issuer.guard({ onAnswer: "count" as never })).toThrow(TypeError);
  });
});
