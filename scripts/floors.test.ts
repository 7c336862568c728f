import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { checkFloors, readFloors } from "./floors.ts";

const repository = resolve(import.meta.dirname, "..");

describe("floors", () => {
  const { floors, files } = readFloors(repository);

  it("finds no import that points up", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(checkFloors(floors, files)).toEqual([]);
  });

  it("names only folders and files that exist", () => {
    for (const [root, order] of Object.entries(floors.folders)) {
      for (const name of order.flat()) {
        const isThere = files.some(
          (file) => file.path === `${root}/${name}` || file.path.startsWith(`${root}/${name}/`),
        );
        expect(isThere, `${root}/${name}`).toBe(true);
      }
    }
  });

  it.each([
    ["a package above", "packages/protocol/src/x.ts", 'import { a } from "@latchkey/server";'],
    ["a package beside", "packages/guard/src/x.ts", 'import { a } from "@latchkey/server";'],
    ["a subpath of one", "packages/jose/src/jws/x.ts", 'import "@latchkey/guard/express";'],
    ["a dynamic import", "packages/guard/src/x.ts", 'await import("latchkey");'],
    ["a folder above", "packages/server/src/tokens/x.ts", 'import { a } from "../accounts/a.ts";'],
    ["a folder beside", "packages/server/src/guessing/x.ts", 'import { a } from "../audit/a.ts";'],
    ["JWE from JWS", "packages/jose/src/jws/x.ts", 'import { a } from "../jwe/a.ts";'],
    ["a folder without a floor", "packages/server/src/misc/x.ts", ""],
    ["process.env", "packages/server/src/http/x.ts", "const a = process.env;"],
    ["node:sqlite", "packages/server/src/keys/x.ts", 'import { DatabaseSync } from "node:sqlite";'],
    ["I/O in jose", "packages/jose/src/keys/x.ts", 'import { readFileSync } from "node:fs";'],
    ["Math.random", "packages/server/src/tokens/x.ts", "Math.random();"],
  ])("catches a planted violation: %s", (_what, path, text) => {
    expect(checkFloors(floors, [{ path, text }])).toHaveLength(1);
  });
});
