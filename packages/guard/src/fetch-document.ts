// The only place that reads from the network. A guard fetches from an address that its owner
// configured, yet treats what comes back as hostile: no redirects (attack H4), a time limit for
// the whole answer, a size limit while it is read, and the content type that was asked for.

import { clearTimeout, setTimeout } from "node:timers";

/** A document that could not be had. The message names the document and never its contents. */
export class FetchError extends Error {
  override readonly name = "FetchError";
  /** Whether the answer did not come in time. */
  readonly isLate: boolean;

  constructor(message: string, isLate = false) {
    super(message);
    this.isLate = isLate;
  }
}

const LATE = "no answer in time";

/** What to fetch. */
export interface OpenOptions {
  /** Names the document in error messages, e.g. `JWKS`. */
  readonly what: string;
  /** Media types accepted, in lower case. */
  readonly mediaTypes: readonly string[];
  /** Milliseconds for the whole answer, unless whoever reads it asks for more. */
  readonly timeout: number;
  /** Ends the fetch when the guard is closed. */
  readonly signal: AbortSignal;
  /** More headers. Their values are never in an error. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A form to be posted (RFC 7662 section 2.1). Default: the document is fetched with GET. */
  readonly form?: URLSearchParams;
}

/** What to fetch and how much of it. */
export interface FetchOptions extends OpenOptions {
  readonly maxBytes: number;
}

/** The answer. `body` is empty unless `status` is 200. */
export interface FetchedDocument {
  readonly status: number;
  /** In lower case; empty unless `status` is 200. */
  readonly mediaType: string;
  readonly body: Uint8Array;
}

/** An answer whose body has still to be read. `end` must be called, whatever happens. */
export interface OpenedDocument {
  readonly status: number;
  /** In lower case; empty unless `status` is 200. */
  readonly mediaType: string;
  /** The body as it comes; nothing unless `status` is 200. Throws FetchError. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Gives the sender this many milliseconds from now. */
  extend(milliseconds: number): void;
  /** Ends the connection's use; may be called twice. */
  end(): void;
}

/**
 * Asks for a document and reads its head.
 *
 * @throws FetchError
 */
export async function openDocument(url: string, options: OpenOptions): Promise<OpenedDocument> {
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
  const onLate = (): void => stop(LATE);
  let timer = setTimeout(onLate, timeout);
  signal.addEventListener("abort", onClosed, { once: true });
  if (signal.aborted) onClosed();
  const end = (): void => {
    clearTimeout(timer);
    signal.removeEventListener("abort", onClosed);
    stop("not read any further");
  };
  const failed = (error: unknown): FetchError =>
    error instanceof FetchError
      ? error
      : new FetchError(
          `the ${what} could not be fetched: ${stopped ?? reasonOf(error)}`,
          stopped === LATE,
        );
  try {
    const response = await fetch(url, {
      ...(options.form === undefined ? {} : { method: "POST", body: options.form }),
      headers: { ...options.headers, accept: mediaTypes.join(", ") },
      redirect: "error",
      credentials: "omit",
      signal: abort.signal,
    });
    const mediaType = response.status === 200 ? mediaTypeOf(response) : "";
    if (response.status === 200 && !mediaTypes.includes(mediaType)) {
      throw new FetchError(`the ${what} came with another content type`);
    }
    return {
      status: response.status,
      mediaType,
      chunks: response.status === 200 ? readChunks(response, failed) : noChunks(),
      extend: (milliseconds) => {
        clearTimeout(timer);
        timer = setTimeout(onLate, milliseconds);
      },
      end,
    };
  } catch (error) {
    const failure = failed(error);
    end();
    throw failure;
  }
}

/**
 * Fetches a document within its limits.
 *
 * @throws FetchError
 */
export async function fetchDocument(url: string, options: FetchOptions): Promise<FetchedDocument> {
  const document = await openDocument(url, options);
  try {
    const { status, mediaType } = document;
    return { status, mediaType, body: await readBody(document, options) };
  } finally {
    document.end();
  }
}

/**
 * Reads a body that must end within its size.
 *
 * @throws FetchError
 */
export async function readBody(
  document: Pick<OpenedDocument, "chunks">,
  options: Pick<FetchOptions, "what" | "maxBytes">,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of document.chunks) {
    length += chunk.byteLength;
    // Leaving the loop cancels the stream: the rest is never read.
    if (length > options.maxBytes) {
      throw new FetchError(`the ${options.what} is longer than ${options.maxBytes} bytes`);
    }
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

async function* readChunks(
  response: Response,
  failed: (error: unknown) => FetchError,
): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    throw failed(error);
  }
}

async function* noChunks(): AsyncGenerator<Uint8Array> {
  // An answer that is no document.
}

function mediaTypeOf(response: Response): string {
  return response.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

// The runtime's own message may hold the URL or a piece of the answer; a code is enough.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code = (error.cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" && /^[A-Z0-9_]{1,40}$/.test(code) ? code : "network error";
}
