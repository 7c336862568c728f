// Power loss, as a store sees it: a copy of the database's files in which the last commits are
// missing from the write-ahead log. https://www.sqlite.org/fileformat2.html#the_write_ahead_log

import { copyFile, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

// In the -shm file, behind two copies of the index header: frames that a checkpoint has moved into
// the database. A log cannot lose those: it is on the disk before a checkpoint begins.
const BACKFILL_AT = 96;

/** What a copy lost. */
export interface PowerLoss {
  /** Commits that were in the log and can be lost. */
  readonly commits: number;
  readonly lost: number;
}

/**
 * Copies the database of a dead server without its last `lost` commits, or with fewer of them
 * missing when the log does not have as many.
 */
export async function copyAfterPowerLoss(
  from: string,
  to: string,
  lost: number,
): Promise<PowerLoss> {
  const file = (directory: string, end = ""): string => join(directory, `latchkey.db${end}`);
  await copyFile(file(from), file(to));
  await copyFile(file(from, "-wal"), file(to, "-wal"));
  const ends = commitEnds(
    await readFile(file(from, "-wal")),
    (await readFile(file(from, "-shm"))).readUInt32LE(BACKFILL_AT),
  );
  const keep = Math.max(0, ends.length - 1 - lost);
  await truncate(file(to, "-wal"), ends[keep] ?? 0);
  return { commits: ends.length - 1, lost: ends.length - 1 - keep };
}

/** Where the log can be cut: behind what is safe, and behind each commit after it. */
function commitEnds(log: Buffer, backfilled: number): readonly number[] {
  if (log.length < HEADER_BYTES) return [0];
  const pageBytes = log.readUInt32BE(8);
  const salts = log.subarray(16, 24);
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  const ends = [HEADER_BYTES + backfilled * frameBytes];
  for (let at = ends[0] ?? 0; at + frameBytes <= log.length; at += frameBytes) {
    // Behind the end stand frames of an earlier log, with other salts.
    if (!log.subarray(at + 8, at + 16).equals(salts)) break;
    const isCommit = log.readUInt32BE(at + 4) !== 0;
    if (isCommit) ends.push(at + frameBytes);
  }
  return ends;
}
