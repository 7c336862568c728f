// Finds the key-encryption keys: given by configuration, or in a directory apart from the
// database, one file per key. A new one is made only when nothing is sealed yet: making one beside
// sealed keys would hide that the right one is gone.

import { randomBytes, timingSafeEqual } from "node:crypto";
import { chmod, open, readdir, readFile, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { decodeBase64url, encodeBase64url } from "@latchkey/jose";
import { createIdentifier, isIdentifier } from "@latchkey/protocol";
import { createDirectory } from "../storage/create-directory.ts";
import {
  createKeyEncryption,
  KEY_ENCRYPTION_KEY_BYTES,
  type KeyEncryption,
  KeyEncryptionError,
  type KeyEncryptionKey,
  keyCheckValue,
} from "./key-encryption.ts";

/** Bytes of a key file, at most. */
export const MAX_KEY_FILE_BYTES = 4096;

/** Key files in one directory, at most. */
export const MAX_KEY_FILES = 64;

const FILE_SUFFIX = ".kek.json";
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;
const OTHERS_ANYTHING = 0o077;
const OTHERS_WRITE = 0o022;

/** Where the key-encryption keys are. The first of `keys` seals, all unseal. */
export type KeyEncryptionSource =
  | { readonly directory: string }
  | { readonly keys: readonly KeyEncryptionKey[] };

interface StoredKey extends KeyEncryptionKey {
  /** Milliseconds. */
  readonly createdAt: number;
}

/**
 * Opens the key-encryption keys; makes the first one when nothing is sealed yet.
 *
 * @throws KeyEncryptionError key_encryption_key_missing, key_encryption_key_wrong,
 * key_encryption_key_exposed
 * @throws TypeError when configured keys are unusable
 */
export async function openKeyEncryption(
  source: KeyEncryptionSource,
  facts: { readonly hasSealedKeys: boolean },
): Promise<KeyEncryption> {
  if ("keys" in source) return createKeyEncryption(source.keys);
  const stored = await loadKeys(source.directory);
  if (stored.length > 0) return createKeyEncryption(stored);
  if (facts.hasSealedKeys) {
    throw new KeyEncryptionError(
      "key_encryption_key_missing",
      `the database has sealed keys, and ${source.directory} holds no key-encryption key`,
    );
  }
  return createKeyEncryption([await createKey(source.directory)]);
}

/**
 * The key-encryption keys with a new one in front: made in the directory, or already first in the
 * configuration.
 *
 * @throws KeyEncryptionError key_encryption_key_missing, key_encryption_key_wrong
 */
export async function renewKeyEncryption(source: KeyEncryptionSource): Promise<KeyEncryption> {
  return "keys" in source
    ? createKeyEncryption(source.keys)
    : addKeyEncryptionKey(source.directory);
}

/**
 * Makes a new key-encryption key in a directory: it seals from now on, and the older ones go on
 * unsealing. They stay where they are, since backups made before open only with them.
 *
 * @throws KeyEncryptionError key_encryption_key_missing, key_encryption_key_wrong
 */
async function addKeyEncryptionKey(directory: string): Promise<KeyEncryption> {
  const stored = await loadKeys(directory);
  const created = await createKey(directory, (stored[0]?.createdAt ?? 0) + 1);
  return createKeyEncryption([created, ...stored]);
}

/** The keys of a directory, the newest first. */
async function loadKeys(directory: string): Promise<readonly StoredKey[]> {
  const names = (await listNames(directory)).filter((name) => name.endsWith(FILE_SUFFIX));
  if (names.length > MAX_KEY_FILES) {
    throw new KeyEncryptionError(
      "key_encryption_key_wrong",
      `${directory} holds more than ${MAX_KEY_FILES} key files`,
    );
  }
  if (names.length > 0) await requirePrivate(directory, OTHERS_WRITE);
  const keys = await Promise.all(names.map((name) => loadKey(join(directory, name))));
  return keys.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}

async function listNames(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw new KeyEncryptionError("key_encryption_key_missing", `cannot read ${directory}`, {
      cause,
    });
  }
}

// Other users of the machine must not read a key, nor put one in its place. That the directory can be
// listed gives nothing away: volumes are often made like that.
async function requirePrivate(path: string, forbidden: number): Promise<void> {
  // Windows has no such modes.
  if (process.platform === "win32") return;
  const { mode } = await stat(path);
  if ((mode & forbidden) === 0) return;
  const octal = (mode & 0o777).toString(8);
  const remedy = forbidden === OTHERS_WRITE ? "chmod go-w" : "chmod 600";
  throw new KeyEncryptionError(
    "key_encryption_key_exposed",
    `${path} has mode ${octal}: other users of this machine can get at it; run: ${remedy} ${path}`,
  );
}

async function loadKey(file: string): Promise<StoredKey> {
  await requirePrivate(file, OTHERS_ANYTHING);
  try {
    if ((await stat(file)).size > MAX_KEY_FILE_BYTES) throw new TypeError("the file is too long");
    return parseKeyFile(await readFile(file, "utf8"));
  } catch (cause) {
    // The cause's message may quote the file: it stays out, and so does the cause.
    const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    throw new KeyEncryptionError(
      "key_encryption_key_wrong",
      `${file} is not a whole key-encryption key${code}`,
    );
  }
}

function parseKeyFile(text: string): StoredKey {
  // The edge: a file is foreign data until each member is checked.
  const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const { id, key, check, created_at: createdAt } = value;
  if (!isIdentifier(id) || typeof key !== "string" || typeof check !== "string") {
    throw new TypeError("a member is missing");
  }
  if (typeof createdAt !== "number" || !Number.isSafeInteger(createdAt)) {
    throw new TypeError("created_at is not a time");
  }
  const kek = { id, key: decodeBase64url(key) };
  const expected = Buffer.from(keyCheckValue(kek));
  const given = Buffer.from(check);
  if (
    kek.key.length !== KEY_ENCRYPTION_KEY_BYTES ||
    given.length !== expected.length ||
    !timingSafeEqual(given, expected)
  ) {
    throw new TypeError("the check value does not fit");
  }
  return { ...kek, createdAt };
}

// Later than any other: the newest seals, also when the clock was set back.
async function createKey(directory: string, atLeast = 0): Promise<StoredKey> {
  const kek: StoredKey = {
    id: createIdentifier(),
    key: randomBytes(KEY_ENCRYPTION_KEY_BYTES),
    createdAt: Math.max(Date.now(), atLeast),
  };
  try {
    const created = createDirectory(directory, DIRECTORY_MODE);
    await saveKey(directory, kek);
    await syncDirectory(directory);
    if (created !== undefined) await syncDirectory(dirname(created));
  } catch (cause) {
    throw new KeyEncryptionError(
      "key_encryption_key_missing",
      `cannot create a key-encryption key in ${directory}`,
      { cause },
    );
  }
  return kek;
}

// The file is whole and on the disk before anything is sealed with it: losing it later would
// brick the database.
async function saveKey(directory: string, kek: StoredKey): Promise<void> {
  const file = join(directory, `${kek.id}${FILE_SUFFIX}`);
  const handle = await open(`${file}.new`, "wx", FILE_MODE);
  try {
    const members = {
      id: kek.id,
      key: encodeBase64url(kek.key),
      check: keyCheckValue(kek),
      created_at: kek.createdAt,
    };
    await handle.writeFile(`${JSON.stringify(members)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(`${file}.new`, FILE_MODE);
  await rename(`${file}.new`, file);
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
