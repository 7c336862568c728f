// A page of another origin whose bundle lost the chunk for it: an old page after a new deployment.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import type * as ClientModule from "../src/client.ts";
import { detectPlatform } from "../src/platform.ts";
import { startServer } from "./test-server.ts";

const PAGE = "http://app.localhost:5173";

test("without the chunk the page renews alone, and says so once", async () => {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-bundle-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await build({
    entryPoints: [join(import.meta.dirname, "../src/client.ts")],
    conditions: ["latchkey-source"],
    bundle: true,
    splitting: true,
    format: "esm",
    outExtension: { ".js": ".mjs" },
    outdir: directory,
  });
  const chunks = (await readdir(directory)).filter((name) => name.startsWith("foreign-origin"));
  expect(chunks).toHaveLength(1);
  for (const name of chunks) await rm(join(directory, name));
  const entry = pathToFileURL(join(directory, "client.mjs")).href;
  const { createClientOn } = (await import(entry)) as typeof ClientModule;

  const server = await startServer({ origins: [PAGE] });
  const sent: string[] = [];
  const warnings: string[] = [];
  const client = createClientOn(
    {
      ...detectPlatform(),
      pageOrigin: PAGE,
      send: (input, init) => {
        const request = new Request(input, init);
        sent.push(new URL(request.url).pathname);
        request.headers.set("Origin", PAGE);
        request.headers.set("Sec-Fetch-Site", "same-site");
        return fetch(request);
      },
    },
    { url: server.url, onWarning: ({ code }) => void warnings.push(code) },
  );
  onTestFinished(() => client.close());
  expect(await client.ready()).toMatchObject({ status: "signed_out", reason: "no_session" });
  expect(sent).toEqual(["/auth/refresh"]);
  await expect(client.signIn({ email: "a@example.com", password: "wrong" })).rejects.toMatchObject({
    code: "invalid_credentials",
  });
  expect(warnings).toEqual(["frame_unavailable"]);
});
