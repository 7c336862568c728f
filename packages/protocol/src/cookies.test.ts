import { expect, test } from "vitest";
import { cookieSlot, refreshCookieName } from "./cookies.ts";

test("an https issuer's cookies have the __Host- prefix", () => {
  expect(refreshCookieName("https://id.example", 0)).toMatch(/^__Host-lk-[A-Za-z0-9_-]{12}-0$/);
  expect(refreshCookieName("https://id.example", 1)).toMatch(/-1$/);
});

test("a loopback issuer's cookies do not claim to be secure", () => {
  expect(refreshCookieName("http://localhost:4000", 0)).toMatch(/^lk-dev-[A-Za-z0-9_-]{12}-0$/);
});

test("issuers do not share a name", () => {
  const names = ["https://a.example", "https://b.example", "https://a.example/t1"].map((issuer) =>
    refreshCookieName(issuer, 0),
  );
  expect(new Set(names).size).toBe(3);
});

test("neighbouring generations take turns", () => {
  expect([0, 1, 2, 3, 2 ** 31].map(cookieSlot)).toEqual([0, 1, 0, 1, 0]);
});
