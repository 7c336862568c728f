// What a page downloads: how large the client is, and that nothing of another package is in it.

import { relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** Bytes of the core, minified and gzipped. */
const LIMIT = 6 * 1024;

/** Bytes of what a page of another origin than the server's loads besides, minified and gzipped. */
const FOREIGN_LIMIT = 2_560;

/**
 * What is loaded at once is `gzipped`, `size` and `files`; what is loaded when it is needed are the
 * sizes in `later`.
 */
async function bundle(contents: string, external: readonly string[] = []) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    conditions: ["latchkey-source"],
    bundle: true,
    minify: true,
    splitting: true,
    outdir: "out",
    format: "esm",
    platform: "browser",
    write: false,
    metafile: true,
    external: [...external],
  });
  const sizes = new Map(
    outputFiles.map(({ path, contents }) => [
      relative(process.cwd(), path),
      { size: contents.length, gzipped: gzipSync(contents, { level: 9 }).length },
    ]),
  );
  const { outputs } = metafile;
  const [entry = ""] = Object.keys(outputs).filter(
    (path) => outputs[path]?.entryPoint === "<stdin>",
  );
  const atOnce = new Set([entry]);
  for (const path of atOnce) {
    for (const { path: other, kind } of outputs[path]?.imports ?? []) {
      if (kind === "import-statement") atOnce.add(other);
    }
  }
  const sum = (what: "size" | "gzipped", paths: readonly string[]): number =>
    paths.reduce((total, path) => total + (sizes.get(path)?.[what] ?? 0), 0);
  const now = [...atOnce].filter((path) => sizes.has(path));
  const later = [...sizes.keys()].filter((path) => !atOnce.has(path));
  const files = now
    .flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}))
    .filter((path) => path !== "<stdin>");
  return {
    gzipped: sum("gzipped", now),
    size: sum("size", now),
    files,
    later: later.map((path) => sum("gzipped", [path])),
  };
}

test("the core is 6 KB or less, minified and gzipped", async () => {
  const { gzipped, size } = await bundle('export * from "@latchkey/client";');
  expect(size).toBeGreaterThan(5_000);
  expect(gzipped).toBeLessThanOrEqual(LIMIT);
});

test("the limit is not met by everything: the core twice as large would fail", async () => {
  const { gzipped } = await bundle(
    'export * from "@latchkey/client"; export * from "@latchkey/client/native"; export * from "react-dom/client";',
  );
  expect(gzipped).toBeGreaterThan(LIMIT);
});

test("nothing but the client's own files is in it", async () => {
  for (const entry of ["", "/native", "/react"]) {
    const { files } = await bundle(`export * from "@latchkey/client${entry}";`, ["react"]);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((path) => !path.includes("client/src/"))).toEqual([]);
  }
});

test("native storage and React are not in the core", async () => {
  const { files } = await bundle('export * from "@latchkey/client";');
  expect(files.filter((path) => /(native|react)\.ts$/.test(path))).toEqual([]);
});

test("what only a page of another origin needs is one chunk of its own, and small", async () => {
  const { files, later } = await bundle('export * from "@latchkey/client";');
  expect(files.filter((path) => /(foreign|framed|page-frame|diagnosis)/.test(path))).toEqual([]);
  expect(later).toHaveLength(1);
  expect(later[0]).toBeGreaterThan(1_000);
  expect(later[0]).toBeLessThanOrEqual(FOREIGN_LIMIT);
});
