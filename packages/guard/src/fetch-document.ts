// The only place that reads from the network. A guard fetches from an address that its owner
// configured, yet treats what comes back as hostile: no redirects (attack H4), a time limit for
// the whole answer, a size limit while it is read, and the content type that was asked for.

import { clearTimeout, setTimeout } from "node:timers";

/** A document that could not be had. The message names the document and never its contents. */
export class FetchError extends Error {
  override readonly name = "FetchError";
}

/** What to fetch and how much of it. */
export interface FetchOptions {
  /** Names the document in error messages, e.g. `JWKS`. */
  readonly what: string;
  /** Media types accepted, in lower case. */
  readonly mediaTypes: readonly string[];
  readonly maxBytes: number;
  /** Milliseconds for the whole answer. */
  readonly timeout: number;
  /** Ends the fetch when the guard is closed. */
  readonly signal: AbortSignal;
}

/** The answer. `body` is empty unless `status` is 200. */
export interface FetchedDocument {
  readonly status: number;
  readonly body: Uint8Array;
}

/**
 * Fetches a document within its limits.
 *
 * @throws FetchError
 */
export async function fetchDocument(url: string, options: FetchOptions): Promise<FetchedDocument> {
  const { what, mediaTypes, timeout, signal } = options;
  // Not AbortSignal.any: in some runtimes a signal that lives as long as the guard would collect
  // one dependent for every fetch.
  const abort = new AbortController();
  let stopped: string | null = null;
  const stop = (why: string): void => {
    stopped ??= why;
    abort.abort();
  };
  const onClosed = (): void => stop("the guard was closed");
  const timer = setTimeout(() => stop("no answer in time"), timeout);
  signal.addEventListener("abort", onClosed, { once: true });
  if (signal.aborted) onClosed();
  try {
    const response = await fetch(url, {
      headers: { accept: mediaTypes.join(", ") },
      redirect: "error",
      credentials: "omit",
      signal: abort.signal,
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return { status: response.status, body: new Uint8Array() };
    }
    const type = response.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
    if (type === undefined || !mediaTypes.includes(type)) {
      await response.body?.cancel();
      throw new FetchError(`the ${what} came with another content type`);
    }
    return { status: 200, body: await readBody(response, options) };
  } catch (error) {
    if (error instanceof FetchError) throw error;
    throw new FetchError(`the ${what} could not be fetched: ${stopped ?? reasonOf(error)}`);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onClosed);
  }
}

async function readBody(response: Response, options: FetchOptions): Promise<Uint8Array> {
  const tooLong = (): FetchError =>
    new FetchError(`the ${options.what} is longer than ${options.maxBytes} bytes`);
  if (response.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    // Leaving the loop cancels the stream: the rest is never read.
    if (length > options.maxBytes) throw tooLong();
    chunks.push(chunk);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

// The runtime's own message may hold the URL or a piece of the answer; a code is enough.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code = (error.cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" && /^[A-Z0-9_]{1,40}$/.test(code) ? code : "network error";
}
