// `node deploy/pack.ts DIR`: packs the server with everything it needs as npm would publish it, and
// installs the tarballs into a folder. The image is made of that folder.

import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { install, packAll } from "../e2e/harness/pack.ts";

const directory = process.argv[2];
if (directory === undefined) throw new Error("Usage: node deploy/pack.ts DIR");
const target = resolve(directory);
const tarballs = join(target, "tarballs");
await mkdir(tarballs, { recursive: true });
const workspaces = ["jose", "protocol", "guard", "client", "server", "console", "cli"];
await install(
  target,
  await packAll(
    workspaces.map((name) => `packages/${name}`),
    tarballs,
  ),
  [],
);
