// What a page downloads: how large the client is, and that nothing of another package is in it.

import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** Bytes of the core, minified and gzipped. */
const LIMIT = 6 * 1024;

async function bundle(contents: string, external: readonly string[] = []) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    conditions: ["latchkey-source"],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
    metafile: true,
    external: [...external],
  });
  const bytes = outputFiles[0]?.contents ?? new Uint8Array();
  const files = Object.keys(metafile.inputs).filter((path) => path !== "<stdin>");
  return { gzipped: gzipSync(bytes, { level: 9 }).length, size: bytes.length, files };
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
