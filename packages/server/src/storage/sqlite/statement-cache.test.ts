import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { StatementCache } from "./statement-cache.ts";

it("prepares a text once, and keeps the most recently used ones", () => {
  const database = new DatabaseSync(":memory:");
  const cache = new StatementCache(database, 2);
  const one = cache.prepare("select 1");
  const two = cache.prepare("select 2");
  expect(cache.prepare("select 1")).toBe(one);
  cache.prepare("select 3");
  expect(cache.size).toBe(2);
  expect(cache.prepare("select 1")).toBe(one);
  expect(cache.prepare("select 2")).not.toBe(two);
  database.close();
});

it("knows the columns of statements that give rows", () => {
  const database = new DatabaseSync(":memory:");
  database.exec("create table t (a integer)");
  const cache = new StatementCache(database);
  expect(cache.prepare("insert into t values (1)").columns).toEqual([]);
  expect(cache.prepare("insert into t values (1) returning a").columns).toEqual(["a"]);
  database.close();
});
