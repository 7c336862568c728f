// An issuer for tests: a real HTTP server on loopback with metadata, keys and a signed feed, and
// switches to misbehave. Time is a variable that it shares with the guards under test.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportPublicJwk, generateKey, type Key, signJwt } from "@latchkey/jose";
import {
  createIdentifier,
  FEED_TYPE,
  type FeedEntry,
  feedSliceClaims,
  firstLedgerHash,
  ledgerEntryBytes,
  nextLedgerHash,
  publishHandle,
} from "@latchkey/protocol";
import { createGuard, type Guard, type GuardOptions } from "../src/index.ts";

/** How a route answers. */
export type Manner =
  | "well"
  | "hangs_up"
  | "never"
  | "html"
  | "mislabelled"
  | "huge"
  | "redirects"
  | "fails"
  | "missing";

/** The routes of the issuer. */
export type Route = "metadata" | "openid" | "jwks" | "feed" | "feed_jwks";

export const AUDIENCE = "https://api.test";
export const START = 1_800_000_000;

/** A ledger: entries, and the state of the chain after each. */
export class TestLedger {
  readonly id: string = createIdentifier();
  readonly entries: FeedEntry[] = [];
  readonly hashes: Buffer[] = [firstLedgerHash(this.id)];

  retire(handle: string, expiresAt: number): void {
    const entry = { handle: publishHandle(this.id, handle), expiresAt };
    const last = this.hashes[this.entries.length] ?? firstLedgerHash(this.id);
    this.entries.push(entry);
    this.hashes.push(nextLedgerHash(last, ledgerEntryBytes(entry.handle, entry.expiresAt)));
  }
}

/** What a slice would say, before a test changes it. */
export type SliceClaims = ReturnType<typeof feedSliceClaims>;

/** What a request to the feed asked for. */
export interface FeedQuestion {
  readonly after: string | null;
  readonly lastEventId: string | null;
  readonly wait: string | null;
  readonly accept: string;
  readonly authorization: string | null;
}

interface OpenStream {
  readonly response: ServerResponse;
  position: string;
}

export class TestIssuer {
  /** Seconds since 1970, for the issuer and for its guards. */
  now: number = START;
  readonly requests: Record<Route, number> = {
    metadata: 0,
    openid: 0,
    jwks: 0,
    feed: 0,
    feed_jwks: 0,
  };
  readonly manners: Record<Route, Manner> = {
    metadata: "well",
    openid: "missing",
    jwks: "well",
    feed: "well",
    feed_jwks: "well",
  };
  keys: Key[];
  feedKeys: Key[];
  ledger: TestLedger = new TestLedger();
  hasFeed = true;
  sliceEntries = 1000;
  /** Replaces parts of the metadata. */
  metadata: Record<string, unknown> = {};
  /** Replaces the JWKS. */
  jwks: unknown = null;
  /** Changes the claims of a slice before it is signed. */
  changeSlice: (claims: SliceClaims) => object = (claims) => claims;
  /** Replaces the feed's answer: text, status, type. */
  answerFeed: ((after: string | null) => { status: number; body: string; type?: string }) | null =
    null;
  /** Whether the feed streams to whoever wants it. */
  hasStream = false;
  /** What something on the way holds back of streams: the events, or the head as well. */
  holdsBack: "events" | "everything" | null = null;
  /** Requests to the feed: what they asked for. */
  readonly feedQuestions: FeedQuestion[] = [];
  /** What the introspection endpoint answers: status, type and body. */
  answerIntrospection: (token: string) => { status: number; body: string; type?: string } = () => ({
    status: 200,
    body: '{"active":true}',
  });
  /** What the introspection endpoint was asked. */
  readonly introspected: { readonly token: string; readonly authorization: string }[] = [];
  readonly #streams = new Set<OpenStream>();
  /** The slices that were answered, the last one last. */
  readonly slices: string[] = [];
  readonly #server: Server;
  readonly #guards: Guard[] = [];

  private constructor(server: Server, keys: Key[], feedKeys: Key[]) {
    this.#server = server;
    this.keys = keys;
    this.feedKeys = feedKeys;
    server.on("request", (request, response) => {
      void this.#answer(request, response);
    });
  }

  static async start(): Promise<TestIssuer> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    return new TestIssuer(server, [await generateKey("ES256")], [await generateKey("ES256")]);
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#guards.map((guard) => guard.close()));
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  /** A guard of this issuer that acts only when told to, by this issuer's time. */
  guard(options: Partial<GuardOptions> = {}): Guard {
    const guard = createGuard({
      issuer: this.url,
      audience: AUDIENCE,
      clock: () => this.now * 1000,
      pollInterval: 86_400_000,
      keyRefreshInterval: "1d",
      ...options,
    });
    this.#guards.push(guard);
    return guard;
  }

  /** A guard that has read keys and revocations. */
  async readyGuard(options: Partial<GuardOptions> = {}): Promise<Guard> {
    const guard = this.guard(options);
    await guard.refresh();
    if (!guard.status().ready) throw new Error(JSON.stringify(guard.status()));
    return guard;
  }

  /** The claims of a good access token. */
  claims(): Record<string, unknown> & { jti: string; sid: string; handles: string[] } {
    return {
      iss: this.url,
      aud: AUDIENCE,
      sub: "user-1",
      client_id: "latchkey",
      iat: this.now,
      exp: this.now + 900,
      jti: createIdentifier(),
      sid: createIdentifier(),
      handles: [createIdentifier(), createIdentifier()],
    };
  }

  /** Signs a token: a good one, but for what `changes` says. `undefined` removes a claim. */
  token(
    changes: Record<string, unknown> = {},
    options: { readonly typ?: string; readonly key?: Key } = {},
  ): string {
    const key = options.key ?? this.keys[0];
    if (key === undefined) throw new Error("no key");
    const claims = Object.entries({ ...this.claims(), ...changes });
    const given = Object.fromEntries(claims.filter(([, value]) => value !== undefined));
    return signJwt(given, key, { typ: options.typ ?? "at+jwt", issuedAt: false });
  }

  /** The streams that are open. */
  get openStreams(): number {
    return this.#streams.size;
  }

  /** Sends what is new, or a heartbeat, to all streams. */
  beat(): void {
    for (const stream of this.#streams) {
      const slice = this.slice(stream.position);
      if (slice !== null) this.#send(stream, slice);
    }
  }

  /** Writes text to all streams as it is. */
  write(text: string): void {
    for (const { response } of this.#streams) response.write(text);
  }

  /** Cuts all streams, with a clean end or without. */
  cut(isClean: boolean): void {
    for (const { response } of this.#streams) {
      if (isClean) response.end();
      else response.socket?.destroy();
    }
  }

  retire(handle: string, expiresAt: number = this.now + 900): void {
    this.ledger.retire(handle, expiresAt);
  }

  /** The slice that answers a question now; null when the position is gone. */
  slice(after: string | null): string | null {
    const [ledger, number] = after?.split(":") ?? [this.ledger.id, "0"];
    const from = Number(number);
    if (ledger !== this.ledger.id || from > this.ledger.entries.length) return null;
    const to = Math.min(this.ledger.entries.length, from + this.sliceEntries);
    const claims = feedSliceClaims({
      issuer: this.url,
      issuedAt: this.now,
      expiresAt: this.now + 60,
      ledger: this.ledger.id,
      from,
      to,
      fromHash: this.ledger.hashes[from] ?? Buffer.alloc(32),
      toHash: this.ledger.hashes[to] ?? Buffer.alloc(32),
      snapshot: after === null,
      more: to < this.ledger.entries.length,
      entries: this.ledger.entries.slice(from, to),
    });
    const key = this.feedKeys[0];
    if (key === undefined) throw new Error("no key");
    return signJwt(this.changeSlice(claims), key, { typ: FEED_TYPE, issuedAt: false });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    if (url.pathname === "/introspect") {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const token = new URLSearchParams(Buffer.concat(chunks).toString()).get("token") ?? "";
      this.introspected.push({ token, authorization: request.headers.authorization ?? "" });
      const { status, body, type = "application/json" } = this.answerIntrospection(token);
      response.writeHead(status, { "content-type": type }).end(body);
      return;
    }
    const routes: Record<string, Route> = {
      "/.well-known/oauth-authorization-server": "metadata",
      "/.well-known/openid-configuration": "openid",
      "/jwks": "jwks",
      "/feed": "feed",
      "/feed/jwks": "feed_jwks",
    };
    const route = routes[url.pathname];
    if (route === undefined) {
      response.writeHead(404).end();
      return;
    }
    this.requests[route]++;
    switch (this.manners[route]) {
      case "hangs_up":
        response.socket?.destroy();
        return;
      case "never":
        return;
      case "html":
        response.writeHead(200, { "content-type": "text/html" }).end("<h1>It works!</h1>");
        return;
      case "huge":
        this.#answerWithoutEnd(route, response);
        return;
      case "redirects":
        // To a place that would answer well: only the redirect itself can be what is refused.
        if (url.searchParams.has("redirected")) break;
        url.searchParams.set("redirected", "1");
        response.writeHead(302, { location: url.href }).end();
        return;
      case "mislabelled":
        response.setHeader("content-type", "text/html");
        break;
      case "missing":
        response.writeHead(404, { "content-type": "text/plain" }).end("not found");
        return;
      case "fails":
        response.writeHead(500, { "content-type": "text/plain" }).end("stack trace");
        return;
      case "well":
        break;
    }
    if (route === "feed") {
      const { accept = "", authorization = null } = request.headers;
      const lastEventId = request.headers["last-event-id"]?.toString() ?? null;
      const after = url.searchParams.get("after");
      const wait = url.searchParams.get("wait");
      this.feedQuestions.push({ after, lastEventId, wait, accept, authorization });
      if (this.hasStream && accept.includes("text/event-stream")) {
        this.#openStream(lastEventId ?? after, response);
        return;
      }
    }
    this.#answerWell(route, url.searchParams.get("after"), response);
  }

  #openStream(after: string | null, response: ServerResponse): void {
    const slice = this.slice(after);
    if (slice === null) {
      response.writeHead(410, { "content-type": "application/problem+json" }).end("{}");
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const stream: OpenStream = { response, position: "" };
    this.#streams.add(stream);
    if (this.holdsBack !== null) {
      if (this.holdsBack === "events") response.flushHeaders();
      return;
    }
    response.on("close", () => this.#streams.delete(stream));
    this.#send(stream, slice);
    const entries = this.ledger.entries.length;
    while (!stream.position.endsWith(`:${entries}`)) {
      this.#send(stream, this.slice(stream.position) ?? "");
    }
  }

  #send(stream: OpenStream, slice: string): void {
    const claims = JSON.parse(Buffer.from(slice.split(".")[1] ?? "", "base64url").toString());
    stream.position = `${claims.ledger}:${claims.to}`;
    stream.response.write(`id: ${stream.position}\nevent: slice\ndata: ${slice}\n\n`);
  }

  #answerWithoutEnd(route: Route, response: ServerResponse): void {
    const type = route === "feed" ? "application/jwt" : "application/json";
    response.writeHead(200, { "content-type": type });
    const chunk = "a".repeat(65_536);
    const write = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", write);
    write();
  }

  #answerWell(route: Route, after: string | null, response: ServerResponse): void {
    if (route === "feed") {
      this.#answerSlice(after, response);
      return;
    }
    const metadata = {
      issuer: this.url,
      jwks_uri: `${this.url}/jwks`,
      ...(this.hasFeed
        ? {
            latchkey_revocation_feed: `${this.url}/feed`,
            latchkey_feed_jwks_uri: `${this.url}/feed/jwks`,
          }
        : {}),
      ...this.metadata,
    };
    const bodies = {
      metadata,
      openid: metadata,
      jwks: this.jwks ?? { keys: this.keys.map((key) => exportPublicJwk(key)) },
      feed_jwks: { keys: this.feedKeys.map((key) => exportPublicJwk(key)) },
    };
    if (!response.hasHeader("content-type")) {
      response.setHeader("content-type", "application/json; charset=utf-8");
    }
    response.writeHead(200).end(JSON.stringify(bodies[route]));
  }

  #answerSlice(after: string | null, response: ServerResponse): void {
    const given = this.answerFeed?.(after);
    if (given !== undefined) {
      response.writeHead(given.status, { "content-type": given.type ?? "application/jwt" });
      response.end(given.body);
      return;
    }
    const slice = this.slice(after);
    if (slice === null) {
      response.writeHead(410, { "content-type": "application/problem+json" }).end("{}");
      return;
    }
    this.slices.push(slice);
    if (!response.hasHeader("content-type")) {
      response.setHeader("content-type", "application/jwt");
    }
    response.writeHead(200).end(slice);
  }
}

/** A request with a bearer token, or with another Authorization header, or with none. */
export function requestWith(token: string | null, scheme = "Bearer"): Request {
  return new Request("https://api.test/patients", {
    headers: token === null ? {} : { authorization: `${scheme} ${token}` },
  });
}
