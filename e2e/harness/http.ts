// One HTTP request and its answer, with the body parsed. Every answer is kept for the canary test.

/** What to send. */
export interface CallOptions {
  readonly method?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; an empty object when there is none. */
  readonly body: Body;
}

/** One request as it was answered. */
export interface Exchange {
  readonly url: string;
  readonly status: number;
  readonly text: string;
  readonly challenge: string | null;
}

/** Every exchange of this test file, in order. */
export const exchanges: Exchange[] = [];

/** Sends a request and reads the whole answer. */
export async function call<Body = Record<string, unknown>>(
  url: string,
  options: CallOptions = {},
): Promise<Answer<Body>> {
  const headers = new Headers(options.headers);
  if (options.token !== undefined) headers.set("authorization", `Bearer ${options.token}`);
  const body = options.json === undefined ? options.raw : JSON.stringify(options.json);
  if (options.json !== undefined) headers.set("content-type", "application/json");
  const response = await fetch(url, {
    method: options.method ?? (body === undefined ? "GET" : "POST"),
    headers,
    redirect: "manual",
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const isJson = /^application\/([a-z.-]+\+)?json\b/.test(
    response.headers.get("content-type") ?? "",
  );
  exchanges.push({
    url,
    status: response.status,
    text,
    challenge: response.headers.get("www-authenticate"),
  });
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (isJson && text !== "" ? JSON.parse(text) : {}) as Body,
  };
}

/** Asks again until the answer is right, at most for `within` milliseconds; then fails. */
export async function callUntil<Body = Record<string, unknown>>(
  send: () => Promise<Answer<Body>>,
  isRight: (answer: Answer<Body>) => boolean,
  within: number,
): Promise<Answer<Body>> {
  const end = performance.now() + within;
  for (;;) {
    const answer = await send();
    if (isRight(answer)) return answer;
    if (performance.now() > end) {
      throw new Error(`after ${within} ms the answer is still ${answer.status} ${answer.text}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
