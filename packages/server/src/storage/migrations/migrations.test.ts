import { expect, it } from "vitest";
import type { Migration } from "./migration.ts";
import { migrations } from "./migrations.ts";

// What a node of the version before would stumble over while the migration is made.
const CONTRACTIONS: readonly RegExp[] = [
  /\bdrop\s+(?:table|column|view|function|type)\b/i,
  /\brename\b/i,
  /\balter\s+column\b/i,
  /\badd\s+(?:constraint|check|unique|foreign|primary)\b/i,
  /\bset\s+not\s+null\b/i,
  // A column that must be filled, which that version does not know of.
  /\badd\s+column\s+(?![^,]*\bdefault\b)[^,]*\bnot\s+null\b/i,
];

function contractionsOf(migration: Pick<Migration, "sqlite" | "postgres">): readonly string[] {
  return [...migration.sqlite, ...migration.postgres].filter((statement) =>
    CONTRACTIONS.some((pattern) => pattern.test(statement)),
  );
}

it("are numbered in order, and written for both engines", () => {
  expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1));
  expect(new Set(migrations.map(({ name }) => name)).size).toBe(migrations.length);
  for (const { sqlite, postgres } of migrations) {
    expect(sqlite.length).toBeGreaterThan(0);
    expect(postgres.length).toBeGreaterThan(0);
    // What one engine got, the other has too.
    const tables = (statements: readonly string[]): readonly string[] =>
      statements.flatMap((text) => /^create table (\w+)/.exec(text)?.[1] ?? []).toSorted();
    expect(tables(postgres)).toEqual(tables(sqlite));
  }
});

it("only add, unless they say that they take away", () => {
  const silent = migrations.filter(({ contracts }) => contracts !== true);
  expect(silent.flatMap(contractionsOf)).toEqual([]);
});

it.each([
  "alter table users drop column name",
  "drop table roles",
  "alter table users rename column name to title",
  "alter table users add column age integer not null",
  "alter table users alter column name set not null",
  "alter table users add constraint named check (name is not null)",
])("finds the contraction in: %s", (statement) => {
  expect(contractionsOf({ sqlite: [], postgres: [statement] })).toEqual([statement]);
});

it("allows a column with a default", () => {
  const statement = "alter table users add column age integer not null default 0";
  expect(contractionsOf({ sqlite: [statement], postgres: [statement] })).toEqual([]);
});
