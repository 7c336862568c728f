import { expect, it } from "vitest";
import { createPostgresQueries } from "../compile-queries.ts";
import { MAX_VALUES, WireStatements } from "./wire-statement.ts";

const query = createPostgresQueries();
const select = (count: number) =>
  query.selectFrom("users").select("id").where("id", "in", Array<string>(count).fill("a"));

it("takes as many values as the wire can count, and refuses more before anything is sent", () => {
  const wire = new WireStatements();
  expect(wire.of({ query: select(MAX_VALUES) }).values).toHaveLength(MAX_VALUES);
  expect(() => wire.of({ query: select(MAX_VALUES + 1) })).toThrow(TypeError);
});

it("makes the same text of the same step, with each step's own number of rows and values", () => {
  const wire = new WireStatements();
  const of = (id: string, expected?: number) =>
    wire.of({
      query: query.updateTable("users").set({ name: "x" }).where("id", "=", id),
      ...(expected === undefined ? {} : { expect: expected }),
    });
  expect(of("a", 1).text).toBe(of("b", 1).text);
  expect(new Set([of("a").text, of("a", 0).text, of("a", 1).text]).size).toBe(3);
  expect([of("a", 1).values, of("b", 1).values]).toEqual([
    ["x", "a"],
    ["x", "b"],
  ]);
});
