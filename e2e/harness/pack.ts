// Packs packages as npm would publish them and installs the tarballs into an empty folder.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureConsole } from "../../scripts/console.mjs";
import { root, spawnChild } from "./child.ts";

// How this machine reaches the registry: proxies, certificates, and npm's own settings of where and
// how. What `npm test` tells its scripts about this repository stays out.
const NETWORK =
  /^((https?|no|all)_proxy|ssl_cert_(file|dir)|node_extra_ca_certs|npm_config_(registry|cache|userconfig|globalconfig|proxy|https_proxy|noproxy|cafile))$/i;

function networkEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const taken: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && NETWORK.test(name)) taken[name] = value;
  }
  return taken;
}

/** Runs a command to its end. */
async function run(command: string, args: readonly string[], cwd: string = root): Promise<string> {
  const child = spawnChild({
    label: `${command} ${args[0]}`,
    command,
    args,
    cwd,
    env: networkEnvironment(process.env),
  });
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
  // Only when its sources changed: other test files serve what was built.
  await ensureConsole();
  const output = await run("npm", [
    "pack",
    "--json",
    "--pack-destination",
    directory,
    ...folders.flatMap((folder) => ["--workspace", folder]),
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
  // The packages depend on each other by version; here those are the tarballs, not the registry's.
  const overrides: Record<string, string> = {};
  for (const [name, tarball] of Object.entries(tarballs)) {
    dependencies[name] = `file:${tarball}`;
    overrides[name] = `$${name}`;
  }
  for (const name of others) dependencies[name] = await installedVersion(name);
  await writeFile(
    join(directory, "package.json"),
    JSON.stringify({ name: "packed", private: true, type: "module", dependencies, overrides }),
  );
  const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  await run("npm", ["install", ...quiet], directory);
}

async function installedVersion(name: string): Promise<string> {
  const manifest = await readFile(join(root, "node_modules", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
