// The console's built files, as they lie in one folder: read once when first asked for, sent as
// they were compressed when they were built. Names come from the folder's listing, never from a
// request, so no path leads out of it.

import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";

/** A file in the codings that exist of it. */
export interface StaticFile {
  readonly type: string;
  readonly identity: Uint8Array<ArrayBuffer>;
  readonly br?: Uint8Array<ArrayBuffer>;
  readonly gzip?: Uint8Array<ArrayBuffer>;
}

/** A content coding that files are kept in. */
export type Coding = "br" | "gzip";

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".json": "application/json",
};

/** Files of one folder, by name. */
export interface StaticFiles {
  find(name: string): Promise<StaticFile | undefined>;
}

/** Opens a folder; nothing is read before the first question. */
export function openStaticFiles(directory: string): StaticFiles {
  let listing: Promise<ReadonlySet<string>> | undefined;
  const loaded = new Map<string, Promise<StaticFile>>();

  async function list(): Promise<ReadonlySet<string>> {
    return new Set(await readdir(directory));
  }

  async function load(name: string, names: ReadonlySet<string>): Promise<StaticFile> {
    const read = async (file: string): Promise<Uint8Array<ArrayBuffer>> =>
      new Uint8Array(await readFile(join(directory, file)));
    return {
      type: TYPES[extname(name)] ?? "application/octet-stream",
      identity: await read(name),
      ...(names.has(`${name}.br`) ? { br: await read(`${name}.br`) } : {}),
      ...(names.has(`${name}.gz`) ? { gzip: await read(`${name}.gz`) } : {}),
    };
  }

  return {
    async find(name) {
      listing ??= list();
      const names = await listing.catch((error: unknown) => {
        listing = undefined;
        throw error;
      });
      if (!names.has(name) || TYPES[extname(name)] === undefined) return undefined;
      let file = loaded.get(name);
      if (file === undefined) {
        file = load(name, names);
        loaded.set(name, file);
        file.catch(() => loaded.delete(name));
      }
      return file;
    },
  };
}

/**
 * Selects the coding of an answer: the smallest that the request accepts, RFC 9110 section 12.5.3.
 *
 * @returns undefined for the file as it is
 */
export function selectCoding(acceptEncoding: string | undefined): Coding | undefined {
  const accepted = new Map<string, number>();
  for (const part of (acceptEncoding ?? "").toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
    const quality = parameters.find((parameter) => parameter.startsWith("q="));
    accepted.set(name, quality === undefined ? 1 : Number(quality.slice(2)));
  }
  const takes = (coding: Coding): boolean => (accepted.get(coding) ?? 0) > 0;
  return takes("br") ? "br" : takes("gzip") ? "gzip" : undefined;
}
