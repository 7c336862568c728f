// Reads a file line by line, however large it is, with a bound on what one line may hold in memory.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/** A line of a file. */
export interface FileLine {
  /** Without its line break; null when it is longer than the bound. */
  readonly text: string | null;
  /** Bytes of the file up to its end. */
  readonly read: number;
}

/**
 * Reads the lines of a file. A byte order mark and the returns of Windows are left out.
 *
 * @param maxLength - characters of a line
 */
export async function* readLines(file: string, maxLength: number): AsyncGenerator<FileLine> {
  const decoder = new StringDecoder("utf8");
  let read = 0;
  let rest = "";
  let isTooLong = false;
  let isFirst = true;
  const finish = (text: string): FileLine => {
    const line = isFirst ? text.replace(/^\uFEFF/, "") : text;
    isFirst = false;
    return {
      text: isTooLong || line.length > maxLength ? null : line.replace(/\r$/, ""),
      read,
    };
  };
  // Chunks of a stream without an encoding are Buffers.
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    read += chunk.length;
    const parts = decoder.write(chunk).split("\n");
    for (const [index, part] of parts.entries()) {
      rest = isTooLong ? "" : rest + part;
      if (index < parts.length - 1) {
        yield finish(rest);
        rest = "";
        isTooLong = false;
      } else if (rest.length > maxLength + 1) {
        // What is left of it is read and forgotten.
        rest = "";
        isTooLong = true;
      }
    }
  }
  if (rest !== "" || isTooLong) yield finish(rest);
}

/** The SHA-256 of a file, in base64url, and its bytes. */
export async function digestFile(
  file: string,
): Promise<{ readonly digest: string; readonly bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { digest: hash.digest("base64url"), bytes };
}
