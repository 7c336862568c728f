// What the package publishes: each entry exists, each function has an entry of its own, and what an entry
// loads stays small.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as index from "../src/index.ts";

interface Entry {
  readonly "latchkey-source": string;
  readonly types: string;
  readonly default: string;
}
const root = join(import.meta.dirname, "..");
const { exports: entries } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly exports: Readonly<Record<string, Entry>>;
};
const names = Object.keys(entries).filter((name) => name !== ".");

describe("package.json", () => {
  test.each(Object.entries(entries))(
    "%s names files that are made from one source",
    (name, entry) => {
      const path = name === "." ? "index" : name.slice(2);
      expect(entry).toEqual({
        "latchkey-source": `./src/${path}.ts`,
        types: `./dist/${path}.d.ts`,
        default: `./dist/${path}.js`,
      });
      expect(existsSync(join(root, entry["latchkey-source"]))).toBe(true);
    },
  );

  test("each function of the index has an entry of its own", async () => {
    const found = new Set<string>();
    for (const name of names) {
      const entry: unknown = await import(join(root, `src/${name.slice(2)}.ts`));
      for (const exported of Object.keys(entry as object)) found.add(exported);
    }
    expect(Object.keys(index).filter((exported) => !found.has(exported))).toEqual([]);
  });
});

describe("imports", () => {
  /** Every source file that importing one file loads. */
  function loadedBy(file: string, seen: Set<string> = new Set()): Set<string> {
    if (seen.has(file)) return seen;
    seen.add(file);
    const text = readFileSync(file, "utf8").replaceAll(/^(?:import|export) type .*?;$/gms, "");
    for (const [, path] of text.matchAll(/(?:from|import) "(\.[^"]+)"/g)) {
      loadedBy(join(file, "..", path ?? ""), seen);
    }
    return seen;
  }

  test("verifying a JWT loads neither JWE nor the code that signs, generates or imports PEM", () => {
    const loaded = [...loadedBy(join(root, "src/jwt/verify.ts"))].map((file) =>
      file.slice(root.length + 5),
    );
    expect(loaded).toContain("jws/open.ts");
    const foreign =
      /^jwe\/|sign\.ts$|seal\.ts$|generate|import-pem|import-secret|export|json-shape|detached/;
    expect(loaded.filter((file) => foreign.test(file))).toEqual([]);
  });

  test("JWS and JWE code never meet", () => {
    for (const name of names.filter((entry) => entry.startsWith("./jws/"))) {
      const loaded = [...loadedBy(join(root, `src/${name.slice(2)}.ts`))];
      expect(loaded.filter((file) => file.includes("/jwe/"))).toEqual([]);
    }
  });

  test("only node:crypto and node:buffer are used from the runtime", () => {
    const used = new Set<string>();
    for (const file of loadedBy(join(root, "src/index.ts"))) {
      for (const [, name] of readFileSync(file, "utf8").matchAll(/from "([^."][^"]*)"/g))
        used.add(name ?? "");
    }
    expect(
      [...used].filter(
        (name) => !["node:crypto", "node:buffer", "node:zlib", "node:util"].includes(name),
      ),
    ).toEqual([]);
  });
});
