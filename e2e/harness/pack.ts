// Packs packages as npm would publish them and installs the tarballs into an empty folder.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root, spawnChild } from "./child.ts";

/** Runs a command to its end. */
async function run(command: string, args: readonly string[], cwd: string = root): Promise<string> {
  const child = spawnChild({ label: `${command} ${args[0]}`, command, args, cwd });
  const code = await child.exit;
  if (code !== 0) {
    throw new Error(`${command} ${args.join(" ")}: ${code}\n${child.stdout()}\n${child.stderr()}`);
  }
  return child.stdout();
}

/** Compiles and packs workspaces; answers the tarballs by package name. */
export async function packAll(
  folders: readonly string[],
  directory: string,
): Promise<Readonly<Record<string, string>>> {
  await run(`${root}/node_modules/.bin/tsc`, ["-b", ...folders]);
  const workspaces = folders.flatMap((folder) => ["--workspace", folder]);
  const output = await run("npm", [
    "pack",
    "--json",
    "--pack-destination",
    directory,
    ...workspaces,
  ]);
  const packed: unknown = JSON.parse(output);
  // npm 12 answers an object by name, earlier ones a list.
  const entries = Object.values(packed as object) as { name: string; filename: string }[];
  return Object.fromEntries(entries.map(({ name, filename }) => [name, join(directory, filename)]));
}

/** Installs tarballs, and other packages in the versions that this repository uses. */
export async function install(
  directory: string,
  tarballs: Readonly<Record<string, string>>,
  others: readonly string[],
): Promise<void> {
  const dependencies: Record<string, string> = {};
  for (const [name, tarball] of Object.entries(tarballs)) dependencies[name] = `file:${tarball}`;
  for (const name of others) dependencies[name] = await installedVersion(name);
  await writeFile(
    join(directory, "package.json"),
    JSON.stringify({
      name: "packed",
      version: "1.0.0",
      private: true,
      type: "module",
      dependencies,
    }),
  );
  const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  await run("npm", ["install", ...quiet], directory);
}

async function installedVersion(name: string): Promise<string> {
  const manifest = await readFile(join(root, "node_modules", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
