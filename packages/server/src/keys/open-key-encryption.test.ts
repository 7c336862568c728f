import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openKeyEncryption } from "./open-key-encryption.ts";

const place = { purpose: "signing", id: "k1", alg: "ES256" };
const fresh = { hasSealedKeys: false };
const used = { hasSealedKeys: true };

let parent: string;
let directory: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "latchkey-kek-"));
  directory = join(parent, "keys");
});
afterEach(() => rm(parent, { recursive: true }));

/** Puts another character in front of a member's text. */
function changeFirst(text: string, member: string): string {
  return text.replace(
    new RegExp(`"${member}":"(.)`),
    (_, first: string) => `"${member}":"${first === "A" ? "B" : "A"}`,
  );
}

async function onlyFile(): Promise<string> {
  const names = await readdir(directory);
  expect(names).toHaveLength(1);
  return join(directory, names[0] ?? "");
}

describe("a directory of key-encryption keys", () => {
  it("gets its first key when nothing is sealed yet, for its owner only", async () => {
    const encryption = await openKeyEncryption({ directory }, fresh);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(await onlyFile())).mode & 0o777).toBe(0o600);
    const { kekId, sealed } = encryption.seal(place, Buffer.from("x"));

    for (const facts of [fresh, used]) {
      const again = await openKeyEncryption({ directory }, facts);
      expect(again.currentId).toBe(encryption.currentId);
      expect(Buffer.from(again.unseal({ ...place, kekId }, sealed)).toString()).toBe("x");
    }
  });

  it("key_encryption_key_missing: is empty while the database has sealed keys, and stays empty", async () => {
    await expect(openKeyEncryption({ directory }, used)).rejects.toMatchObject({
      name: "KeyEncryptionError",
      code: "key_encryption_key_missing",
    });
    expect(await readdir(parent)).toEqual([]);
  });

  it.each([0o640, 0o604, 0o660, 0o666])(
    "N12 key_encryption_key_exposed: a file with mode %o",
    async (mode) => {
      await openKeyEncryption({ directory }, fresh);
      const file = await onlyFile();
      await chmod(file, mode);
      await expect(openKeyEncryption({ directory }, used)).rejects.toMatchObject({
        code: "key_encryption_key_exposed",
        message: expect.stringContaining(`chmod 600 ${file}`),
      });
      await chmod(file, 0o400);
      expect((await openKeyEncryption({ directory }, used)).currentId).toBeTypeOf("string");
    },
  );

  it("N12 key_encryption_key_exposed: a directory that others can write to", async () => {
    await openKeyEncryption({ directory }, fresh);
    for (const mode of [0o770, 0o707]) {
      await chmod(directory, mode);
      await expect(openKeyEncryption({ directory }, used)).rejects.toMatchObject({
        code: "key_encryption_key_exposed",
        message: expect.stringContaining(`chmod go-w ${directory}`),
      });
    }
    // Listing it gives nothing away: so are volumes mounted.
    await chmod(directory, 0o755);
    await openKeyEncryption({ directory }, used);
  });

  it("key_encryption_key_missing: is no directory", async () => {
    await writeFile(directory, "");
    await expect(openKeyEncryption({ directory }, fresh)).rejects.toMatchObject({
      code: "key_encryption_key_missing",
    });
  });

  // Node's own recursive mkdir never returns from such a place, and no signal ends it.
  it.runIf(process.platform === "linux")(
    "key_encryption_key_missing: is where no directory can be made",
    async () => {
      await expect(
        openKeyEncryption({ directory: "/proc/latchkey-keys" }, fresh),
      ).rejects.toMatchObject({ code: "key_encryption_key_missing" });
    },
  );

  it("seals with the newest of several keys, opens with all, and passes other files by", async () => {
    const first = await openKeyEncryption({ directory }, fresh);
    const firstFile = await onlyFile();
    const { kekId, sealed } = first.seal(place, Buffer.from("x"));
    const elsewhere = join(parent, "elsewhere");
    const second = await openKeyEncryption({ directory: elsewhere }, fresh);
    const [name = ""] = await readdir(elsewhere);
    const content = JSON.parse(await readFile(join(elsewhere, name), "utf8")) as object;
    const later = { ...content, created_at: Date.now() + 60_000 };
    await writeFile(join(directory, name), JSON.stringify(later), { mode: 0o600 });
    await writeFile(join(directory, "README"), "hello");
    await writeFile(`${firstFile}.new`, "half a fi");

    const both = await openKeyEncryption({ directory }, used);
    expect(both.currentId).toBe(second.currentId);
    expect(Buffer.from(both.unseal({ ...place, kekId }, sealed)).toString()).toBe("x");
  });

  it.each([
    ["is empty", () => ""],
    ["is cut", (text: string) => text.slice(0, 60)],
    ["holds another key", (text: string) => changeFirst(text, "key")],
    ["has another id", (text: string) => changeFirst(text, "id")],
    ["has no time", (text: string) => text.replace(/"created_at":\d+/, '"created_at":"now"')],
    ["is a list", () => "[]"],
    ["is null", () => "null"],
    ["is huge", (text: string) => text + " ".repeat(10_000)],
  ])("key_encryption_key_wrong: a key file %s", async (_, spoil) => {
    await openKeyEncryption({ directory }, fresh);
    const file = await onlyFile();
    const text = await readFile(file, "utf8");
    const key = /"key":"([^"]+)"/.exec(text)?.[1] ?? "";
    expect(key).toHaveLength(43);
    await chmod(file, 0o600);
    await writeFile(file, spoil(text));
    const error: unknown = await openKeyEncryption({ directory }, fresh).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "key_encryption_key_wrong" });
    expect(`${String(error)} ${String((error as Error).cause)}`).not.toContain(key.slice(5, 20));
  });
});

it("configured keys are used as they are", async () => {
  const keys = [{ id: "a", key: new Uint8Array(32).fill(7) }];
  expect((await openKeyEncryption({ keys }, used)).currentId).toBe("a");
  await expect(openKeyEncryption({ keys: [] }, fresh)).rejects.toThrow(TypeError);
});
