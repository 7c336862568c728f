// The frame's script that the server serves is that of these sources, and small.

import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { buildFrameScript, FRAME_SCRIPT } from "./frame-script.ts";

/** Bytes of the script, gzipped. */
const LIMIT = 3 * 1024;

test("what the server serves is built of these sources: npm run frame -w packages/client", async () => {
  const served = await readFile(FRAME_SCRIPT, "utf8");
  expect(served).toBe(await buildFrameScript());
  expect(served.length).toBeGreaterThan(3_000);
  expect(gzipSync(served, { level: 9 }).length).toBeLessThanOrEqual(LIMIT);
});
