// A disk that can be filled: a small file system of its own where this user may mount one, else
// nothing, and the test limits the database itself.

import { spawnSync } from "node:child_process";
import { rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createDirectory } from "./directory.ts";

const SIZE = 4 * 1024 * 1024;

/** A small file system. */
export interface SmallDisk {
  readonly directory: string;
  fill(): Promise<void>;
  free(): Promise<void>;
  unmount(): void;
}

/** Mounts a small disk; undefined where that is not allowed. */
export async function mountSmallDisk(): Promise<SmallDisk | undefined> {
  const directory = await createDirectory("disk");
  const options = ["-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", directory];
  if (spawnSync("mount", options, { stdio: "ignore" }).status !== 0) return undefined;
  const filler = join(directory, "filler");
  return {
    directory,
    async fill() {
      const { bavail, bsize } = await statfs(directory);
      await writeFile(filler, Buffer.alloc(bavail * bsize));
    },
    free: () => rm(filler),
    unmount: () => void spawnSync("umount", ["-l", directory], { stdio: "ignore" }),
  };
}
