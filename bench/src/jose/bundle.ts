// The size of an import for verification only, minified and gzipped.

import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Row } from "../result.ts";

const LIMIT_BYTES = 12 * 1024;

/** Bundles `verifyJwt` and the import of a key set, and weighs the result. */
export async function measureBundle(): Promise<Row> {
  const { outputFiles } = await build({
    stdin: {
      contents: 'export { importJwkSet, verifyJwt } from "@latchkey/jose";',
      resolveDir: import.meta.dirname,
    },
    conditions: ["latchkey-source"],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    write: false,
  });
  const bytes = gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
  return {
    name: "import for verification, minified and gzipped",
    unit: "bytes",
    ours: bytes,
    peers: {},
    limit: null,
    ratioToBestPeer: null,
    ratioToLimit: null,
    goal: `<= ${LIMIT_BYTES.toLocaleString("en")} bytes`,
    met: bytes <= LIMIT_BYTES,
  };
}
