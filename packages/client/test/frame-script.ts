// The frame's script as the server serves it: made of src/frame.ts and what it imports, in one file.
// `npm run frame -w packages/client` writes it, and a test beside says when it is due.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/** Where the server has it. */
export const FRAME_SCRIPT = join(import.meta.dirname, "../../server/assets/frame.js");

/** Builds the script. */
export async function buildFrameScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "../src/frame.ts")],
    conditions: ["latchkey-source"],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    platform: "browser",
    banner: { js: "// Made of packages/client/src/frame.ts: npm run frame -w packages/client" },
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

if (import.meta.main) await writeFile(FRAME_SCRIPT, await buildFrameScript());
