import { expect, test } from "vitest";
import { nameToken } from "./named-token.ts";

test("a token that is pasted whole names itself, also with its scheme and blanks", () => {
  expect(nameToken("eyJh.eyJi.c2ln")).toEqual({ token: "eyJh.eyJi.c2ln" });
  expect(nameToken(" Bearer eyJh.eyJi.c2ln\n")).toEqual({ token: "eyJh.eyJi.c2ln" });
});

test("anything else is an id", () => {
  expect(nameToken(" WvbYW0IZrWK9HbWjVe0IYA ")).toEqual({ jti: "WvbYW0IZrWK9HbWjVe0IYA" });
});
