// Builds the console into dist/, with every file compressed once at the highest level. Built apart
// and then put in place, so that a server never serves half a build.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";

/** Bytes below which compressing is not worth a file. */
const MIN_COMPRESSED = 512;

const home = import.meta.dirname;
const dist = join(home, "dist");
// On the same file system, and where nobody lists it.
const cache = join(home, "..", "..", "node_modules", ".cache", "latchkey");
const fresh = join(cache, `console-${process.pid}`);

// Whoever asks may be a test: what is built is the same.
process.env.NODE_ENV = "production";

try {
  mkdirSync(cache, { recursive: true });
  await build({
    root: home,
    logLevel: "warn",
    mode: "production",
    build: { outDir: fresh, emptyOutDir: true },
  });
  const assets = join(fresh, "assets");
  for (const name of readdirSync(assets)) {
    if (![".js", ".css", ".svg"].includes(extname(name))) continue;
    const bytes = readFileSync(join(assets, name));
    if (bytes.length < MIN_COMPRESSED) continue;
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes, { params }));
    writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
  // Assets are found by their place below the issuer, whatever page names them.
  const page = join(fresh, "index.html");
  const html = readFileSync(page, "utf8").replaceAll('"./assets/', '"%BASE%/assets/');
  writeFileSync(page, html);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
