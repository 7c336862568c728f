import { Hono } from "hono";
import { TrieRouter } from "hono/router/trie-router";
import { expect, it } from "vitest";
import { LiteralRouter } from "./literal-router.ts";

const routes = [
  ["ALL", "/*", "all"],
  ["POST", "/auth/refresh", "refresh"],
  ["ALL", "/auth/admin/*", "guard"],
  ["GET", "/auth/admin/users", "users"],
  ["GET", "/auth/admin/:kind", "kind"],
] as const;

it("finds what the TrieRouter finds, the first time and the second", () => {
  const expected = new TrieRouter<string>();
  const router = new LiteralRouter<string>();
  for (const [method, path, handler] of routes) {
    expected.add(method, path, handler);
    router.add(method, path, handler);
  }
  for (const path of ["/auth/refresh", "/auth/admin/users", "/auth/admin/roles", "/auth/other"]) {
    for (const method of ["GET", "POST", "PURGE"]) {
      expect(router.match(method, path)).toEqual(expected.match(method, path));
      expect(router.match(method, path)).toEqual(expected.match(method, path));
    }
  }
});

it("finds a guard that was added after the path was asked for", () => {
  const router = new LiteralRouter<string>();
  router.add("GET", "/a", "first");
  expect(router.match("GET", "/a")[0]).toHaveLength(1);
  router.add("ALL", "/*", "second");
  expect(router.match("GET", "/a")[0].map(([handler]) => handler)).toEqual(["first", "second"]);
});

it("serves an app: parameters of one request are not those of another", async () => {
  const app = new Hono({ router: new LiteralRouter() });
  app.get("/users/:id", (c) => c.text(c.req.param("id")));
  app.get("/users/me", (c) => c.text("never: the route above is the first"));
  app.post("/auth/refresh", (c) => c.text("renewed"));
  for (const id of ["one", "two", "me"]) {
    expect(await (await app.request(`/users/${id}`)).text()).toBe(id);
  }
  for (let index = 0; index < 2; index += 1) {
    const response = await app.request("/auth/refresh", { method: "POST" });
    expect(await response.text()).toBe("renewed");
  }
});
