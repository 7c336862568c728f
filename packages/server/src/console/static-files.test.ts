import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStaticFiles, selectCoding } from "./static-files.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "latchkey-files-"));
  await writeFile(join(directory, "a.js"), "plain");
  await writeFile(join(directory, "a.js.gz"), "zipped");
  await writeFile(join(directory, "a.js.br"), "brotli");
  await writeFile(join(directory, "b.css"), "style");
  await writeFile(join(directory, "secret.txt"), "no");
  await mkdir(join(directory, "folder.js"));
});
afterEach(() => rm(directory, { recursive: true }));

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

describe("openStaticFiles", () => {
  it("finds a file in the codings that exist", async () => {
    const files = openStaticFiles(directory);
    const script = await files.find("a.js");
    expect(script?.type).toBe("text/javascript; charset=utf-8");
    expect([text(script?.identity), text(script?.gzip), text(script?.br)]).toEqual([
      "plain",
      "zipped",
      "brotli",
    ]);
    const style = await files.find("b.css");
    expect([text(style?.identity), style?.gzip]).toEqual(["style", undefined]);
  });

  it.each(["../a.js", "..%2fa.js", "a.js/../a.js", "", ".", "missing.js", "secret.txt", "a.js.gz"])(
    "finds nothing at %j",
    async (name) => {
      expect(await openStaticFiles(directory).find(name)).toBeUndefined();
    },
  );

  it("asks again after a failure", async () => {
    const files = openStaticFiles(join(directory, "later"));
    await expect(files.find("a.js")).rejects.toThrow("ENOENT");
    await mkdir(join(directory, "later"));
    await writeFile(join(directory, "later", "a.js"), "now");
    expect(text((await files.find("a.js"))?.identity)).toBe("now");
  });
});

describe("selectCoding: RFC 9110 section 12.5.3", () => {
  it.each([
    ["gzip, deflate, br, zstd", "br"],
    ["gzip", "gzip"],
    ["GZIP;q=0.5", "gzip"],
    ["br;q=0, gzip", "gzip"],
    ["br;q=0, gzip;q=0.0", undefined],
    ["identity", undefined],
    ["*", undefined],
    ["br;q=many", undefined],
    [undefined, undefined],
  ])("%j -> %j", (header, coding) => {
    expect(selectCoding(header)).toBe(coding);
  });
});
