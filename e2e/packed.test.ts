// What npm would publish works: server and clinic run from tarballs in empty folders, with plain
// Node and without the condition that names sources.

import { cp, readdir } from "node:fs/promises";
import { join as joinPath } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { node, readyLine, root, spawnChild, stopAll } from "./harness/child.ts";
import { startClinic } from "./harness/clinic.ts";
import { createDirectory, removeDirectories } from "./harness/directory.ts";
import { call } from "./harness/http.ts";
import { install, packAll } from "./harness/pack.ts";
import { join } from "./harness/people.ts";
import { people } from "./harness/staff.ts";

const libraries = [
  "@latchkey/jose",
  "@latchkey/protocol",
  "@latchkey/guard",
  "@latchkey/client",
] as const;

/** Milliseconds that packing and installing may take on a busy machine. */
const PACKING = 300_000;

let tarballs: Readonly<Record<string, string>>;
let serverFolder: string;
let clinicFolder: string;

const pick = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, tarballs[name] ?? `no tarball of ${name}`]));

beforeAll(async () => {
  tarballs = await packAll(
    ["jose", "protocol", "guard", "client", "server", "console", "cli"].map(
      (name) => `packages/${name}`,
    ),
    await createDirectory("tarballs"),
  );
  serverFolder = await createDirectory("packed-server");
  clinicFolder = await createDirectory("packed-clinic");
  await Promise.all([
    install(
      serverFolder,
      pick([...libraries, "@latchkey/server", "@latchkey/console", "latchkey"]),
      [],
    ),
    install(clinicFolder, pick(libraries), ["express", "zod"]),
  ]);
  await cp(`${root}/examples/clinic/src`, joinPath(clinicFolder, "src"), { recursive: true });
}, PACKING);

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

describe("packed", () => {
  it("has compiled code and declarations, and no tests", async () => {
    for (const name of [...libraries, "@latchkey/server", "latchkey"]) {
      const folder = joinPath(serverFolder, "node_modules", name);
      const files = await readdir(folder, { recursive: true });
      expect(files).toContain("dist/index.js");
      expect(files).toContain("dist/index.d.ts");
      expect(files.filter((file) => /\.test\.|tsbuildinfo/.test(file))).toEqual([]);
    }
  });

  it("server and clinic serve a signed-in request", async () => {
    const child = spawnChild({
      label: "packed latchkey serve",
      command: node,
      args: [
        joinPath(serverFolder, "node_modules/.bin/latchkey"),
        "serve",
        "--json",
        "--port",
        "0",
      ],
      cwd: serverFolder,
    });
    const url = String((await readyLine(child))["url"]);
    const clinic = await startClinic({ issuer: url, folder: clinicFolder, nodeArgs: [] });
    const login = await join({ url }, people.patient);
    const list = await call(`${clinic.url}/appointments`, { token: login.access_token });
    expect([list.status, list.body]).toEqual([200, { items: [], next: null }]);
    expect((await call(`${clinic.url}/appointments`)).status).toBe(401);
    const page = await fetch(`${url}/account`);
    const script = /src="([^"]+\.js)"/.exec(await page.text())?.[1] ?? "no script";
    expect([page.status, (await fetch(`${url}${script}`)).status]).toEqual([200, 200]);
    expect(await clinic.child.stop()).toBe(0);
    expect(await child.stop()).toBe(0);
  });
});
