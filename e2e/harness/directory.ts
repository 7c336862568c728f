// Empty folders for one test file, removed at its end.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];

/** Makes an empty folder. */
export async function createDirectory(name: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `latchkey-${name}-`));
  made.push(directory);
  return directory;
}

/** Removes every folder that this test file made. */
export async function removeDirectories(): Promise<void> {
  await Promise.all(made.map((directory) => rm(directory, { recursive: true, force: true })));
}
