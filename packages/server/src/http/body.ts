// Reads the body of a request once, before any route: bounded while it streams (Content-Length is
// the sender's claim), uncompressed, and as JSON that has one reading only.

import { JoseError, type JsonObject, parseJsonObject } from "@latchkey/jose";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./app.ts";
import { Refusal } from "./refusal.ts";

const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i;
const FORM_TYPE = /^application\/x-www-form-urlencoded[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i;

/** Tells whether a Content-Type is JSON in UTF-8. */
export function isJsonContentType(header: string | null): boolean {
  return header !== null && JSON_TYPE.test(header);
}

/** Tells whether a Content-Type is that of an HTML form in UTF-8. */
export function isFormContentType(header: string | null): boolean {
  return header !== null && FORM_TYPE.test(header);
}

/** What bodies are accepted. */
export interface BodyOptions {
  /** Bytes. */
  readonly limit: number;
  /** Paths that take HTML forms; every other path takes JSON only. */
  readonly formPaths: ReadonlySet<string>;
}

/**
 * Reads and checks the body, and leaves its text where Hono's validators find it.
 *
 * @throws Refusal `body_too_large`, `unsupported_media_type`, `invalid_json`
 */
export function readBody(options: BodyOptions): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.method !== "GET" && c.req.method !== "HEAD") {
      const bytes = await readBytes(c.req.raw, { ...options, isFramed: c.env.isFramed });
      if (bytes.length > 0) checkBody(c.req.raw, bytes, options.formPaths.has(c.req.path));
      // An empty body reads as an object without members: the schema says what is missing. Its bytes
      // are kept beside it, for those who ask whether there is a body that needs a type.
      const text = bytes.length === 0 ? "{}" : bytes.toString("utf8");
      const empty = bytes.length === 0 ? { arrayBuffer: Promise.resolve(new ArrayBuffer(0)) } : {};
      // Hono declares what is cached as values and awaits them as promises.
      Object.assign(c.req.bodyCache, { text: Promise.resolve(text), ...empty });
    }
    await next();
  };
}

/**
 * Reads the body of a request that takes JSON only; without a body it reads as `{}`.
 *
 * @throws Refusal `body_too_large`, `unsupported_media_type`, `invalid_json`
 */
export async function readJsonBody(request: Request, bounds: BodyBounds): Promise<JsonObject> {
  const bytes = await readBytes(request, bounds);
  return bytes.length === 0 ? {} : parseBody(request, bytes);
}

/** How much of a body is read. */
export interface BodyBounds {
  /** Bytes. */
  readonly limit: number;
  /** Whether the mount ends a body at its Content-Length. */
  readonly isFramed: boolean;
}

async function readBytes(request: Request, { limit, isFramed }: BodyBounds): Promise<Buffer> {
  const declared = request.headers.get("Content-Length");
  if (Number(declared ?? 0) > limit) throw new Refusal("body_too_large");
  // Node's HTTP holds a sender to the length that it declared, and a body read at once costs a
  // fraction of a stream. Without a length, or from a mount that promises nothing, it is counted as
  // it comes: a length may be a lie (I12).
  if (isFramed && declared !== null && !request.headers.has("Transfer-Encoding")) {
    const bytes = Buffer.from(await readAtOnce(request));
    if (bytes.length > limit) throw new Refusal("body_too_large");
    return bytes;
  }
  if (request.body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body) {
      length += chunk.byteLength;
      if (length > limit) throw new Refusal("body_too_large");
      chunks.push(chunk);
    }
  } catch (error) {
    // A client that hangs up in the middle is no failure of the server.
    throw error instanceof Refusal ? error : new Refusal("invalid_request", { cause: error });
  }
  return Buffer.concat(chunks, length);
}

async function readAtOnce(request: Request): Promise<ArrayBuffer> {
  try {
    return await request.arrayBuffer();
  } catch (error) {
    throw new Refusal("invalid_request", { cause: error });
  }
}

function checkBody(request: Request, bytes: Buffer, takesForm: boolean): void {
  if (request.headers.has("Content-Encoding")) throw new Refusal("unsupported_media_type");
  if (takesForm && isFormContentType(request.headers.get("Content-Type"))) return;
  parseBody(request, bytes);
  // RFC 9110 section 5.6.6 allows spaces before the semicolon; the routes' validators do not.
  const type = request.headers.get("Content-Type") ?? "";
  if (/[ \t];/.test(type)) request.headers.set("Content-Type", "application/json");
}

function parseBody(request: Request, bytes: Buffer): JsonObject {
  if (request.headers.has("Content-Encoding")) throw new Refusal("unsupported_media_type");
  if (!isJsonContentType(request.headers.get("Content-Type"))) {
    throw new Refusal("unsupported_media_type");
  }
  try {
    return parseJsonObject(bytes);
  } catch (error) {
    // The reader's messages are fixed texts without any of the input.
    if (error instanceof JoseError) throw new Refusal("invalid_json", { detail: error.message });
    throw error;
  }
}
