// Reads the file of --password-pepper: secrets that go into password hashes, kept apart from the
// database. JSON: {"keys": [{"id": "2026a", "key": "<32 bytes in base64url>"}], "current": "2026a"}

import { readFile, stat } from "node:fs/promises";
import type { LatchkeyConfig } from "@latchkey/server";
import { flagOf, type Settings } from "../options/settings.ts";
import { Failure } from "../output/failure.ts";

/** Bytes of the file, at most. */
export const MAX_PEPPER_FILE_BYTES = 16_384;

type Pepper = NonNullable<LatchkeyConfig["passwordPepper"]>;

/**
 * Reads the peppers; undefined when there are none.
 *
 * @throws Failure config_invalid; no message repeats what is in the file
 */
export async function readPepper({ passwordPepper: file }: Settings): Promise<Pepper | undefined> {
  if (file === undefined) return undefined;
  try {
    if ((await stat(file)).size > MAX_PEPPER_FILE_BYTES)
      throw new TypeError("the file is too long");
    return parsePepper(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    // The cause's message may quote the file: it stays out, and so does the cause.
    const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    throw new Failure(
      "config_invalid",
      `${flagOf("passwordPepper")}: ${file} is no file of peppers${code}.`,
      {
        remedy:
          'Write {"keys": [{"id": "2026a", "key": "..."}]}, each key 32 to 64 random bytes in base64url.',
      },
    );
  }
}

function parsePepper(value: unknown): Pepper {
  // The edge: foreign data until each member is checked. The server judges ids and lengths.
  const { keys, current, ...others } = value as Readonly<Record<string, unknown>>;
  if (!Array.isArray(keys) || Object.keys(others).length > 0) throw new TypeError("no keys");
  if (current !== undefined && current !== null && typeof current !== "string") {
    throw new TypeError("current is no id");
  }
  return {
    keys: keys.map((item: unknown) => {
      const { id, key } = item as Readonly<Record<string, unknown>>;
      if (typeof id !== "string" || typeof key !== "string" || !/^[\w-]+$/.test(key)) {
        throw new TypeError("a member is missing");
      }
      return { id, key: Buffer.from(key, "base64url") };
    }),
    ...(current === undefined ? {} : { current }),
  };
}
