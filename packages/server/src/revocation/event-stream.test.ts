import { type JsonObject, verifyJwt } from "@latchkey/jose";
import {
  createIdentifier,
  FEED_TYPE,
  type FeedSlice,
  parseFeedSlice,
  publishHandle,
} from "@latchkey/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHandler, type RequestHandler } from "../http/handler.ts";
import { createKeyEncryption } from "../keys/key-encryption.ts";
import { type KeyRing, loadKeyRing } from "../keys/key-ring.ts";
import type { Database } from "../storage/database.ts";
import { writeAll } from "../storage/write.ts";
import { createFeed } from "./feed.ts";
import { createFeedPlaces, type FeedPlaces } from "./feed-places.ts";
import { type Ledger, openLedger, replaceLedger } from "./ledger.ts";
import { type LedgerWatch, watchLedger } from "./ledger-watch.ts";
import { revocationRoutes } from "./routes.ts";
import { engine, type TestStore } from "../../test/engines/engines.ts";

const ISSUER = "https://id.example";
const EXPIRY = Math.floor(Date.now() / 1000) + 900;
// Longer than any test: what arrives earlier was woken by a write, and not by looking.
const NEVER = 3_600_000;

let store: TestStore;
let database: Database;
let ledger: Ledger;
let keyRing: KeyRing;
let signatures: number;
let open: (options?: {
  interval?: number;
  heartbeat?: number;
  total?: number;
  perNetwork?: number;
  patience?: number;
}) => RequestHandler;
let watch: LedgerWatch;
let places: FeedPlaces;
let endings: (() => void)[];

beforeEach(async () => {
  store = await engine.create();
  database = await store.open();
  ledger = await openLedger({ database });
  keyRing = await loadKeyRing({
    database,
    keyEncryption: createKeyEncryption([{ id: "kek", key: new Uint8Array(32).fill(1) }]),
    signingAlgorithm: "ES256",
    now: Date.now(),
    clock: Date.now,
  });
  signatures = 0;
  endings = [];
  open = ({ interval = NEVER, heartbeat = NEVER, patience = NEVER, ...limits } = {}) => {
    watch = watchLedger({ database, ledger, clock: Date.now, interval, heartbeat });
    places = createFeedPlaces(limits);
    endings.push(() => {
      places.close();
      watch.close();
    });
    const counting = {
      feedKey: () => {
        signatures += 1;
        return keyRing.feedKey();
      },
    };
    const feed = createFeed({ database, ledger, keyRing: counting, issuer: ISSUER, watch });
    return createHandler({
      routes: revocationRoutes({ feed, keyRing, places, stream: { patience } }),
      issuer: ISSUER,
      origins: new Set(),
      trustedProxies: 0,
      bodyLimit: 1024,
      log: pino({ level: "silent" }),
      clock: Date.now,
    });
  };
});

afterEach(async () => {
  for (const end of endings) end();
  await database.close();
  await store.remove();
});

function ask(
  handle: RequestHandler,
  query: string,
  headers: Record<string, string> = {},
  address = "192.0.2.1",
): Promise<Response> {
  return handle(new Request(`${ISSUER}/auth/revocations${query}`, { headers }), { address });
}

function readToken(token: string): FeedSlice {
  const { claims } = verifyJwt(token, keyRing.feedKeys(), {
    typ: FEED_TYPE,
    issuer: ISSUER,
    maxTokenLength: 1 << 20,
    now: Date.now() / 1000,
  });
  return parseFeedSlice(claims as JsonObject);
}

interface Event {
  readonly id: string;
  readonly slice: FeedSlice;
}

/** Reads a stream event by event. */
function readEvents(answer: Response): { next(): Promise<Event | null>; end(): Promise<void> } {
  if (answer.body === null) throw new Error("no body");
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async next() {
      while (!text.includes("\n\n")) {
        const { done, value } = await reader.read();
        if (done) return null;
        text += value;
      }
      const end = text.indexOf("\n\n");
      const fields = new Map(
        text
          .slice(0, end)
          .split("\n")
          .map((line): [string, string] => [
            line.slice(0, line.indexOf(": ")),
            line.slice(line.indexOf(": ") + 2),
          ]),
      );
      text = text.slice(end + 2);
      expect(fields.get("event")).toBe("slice");
      return { id: fields.get("id") ?? "", slice: readToken(fields.get("data") ?? "") };
    },
    end: () => reader.cancel(),
  };
}

async function stream(
  handle: RequestHandler,
  query = "",
  headers: Record<string, string> = {},
): Promise<ReturnType<typeof readEvents>> {
  const answer = await ask(handle, query, { Accept: "text/event-stream", ...headers });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("Content-Type")).toBe("text/event-stream");
  expect(answer.headers.get("Cache-Control")).toBe("no-store");
  return readEvents(answer);
}

/** Retires a handle by the store that is watched; answers its published name. */
async function retire(store: Database = watch.database): Promise<string> {
  const handle = createIdentifier();
  await writeAll(store, ledger.retire([handle], EXPIRY));
  return publishHandle(ledger.id, handle).toString("hex");
}

const names = (slice: FeedSlice | undefined): string[] =>
  (slice?.entries ?? []).map((entry) => entry.handle.toString("hex"));

describe("the event stream", () => {
  it("brings what is retired, woken by the write", async () => {
    const events = await stream(open());
    expect((await events.next())?.slice).toMatchObject({ snapshot: true, to: 0 });
    const coming = events.next();
    const name = await retire();
    const event = await coming;
    expect(names(event?.slice)).toEqual([name]);
    expect(event?.id).toBe(`${ledger.id}:1`);
    await events.end();
  });

  it("goes on behind Last-Event-ID, which counts more than `after`", async () => {
    const handle = open();
    await retire();
    const second = await retire();
    const first = await stream(handle, `?after=${ledger.id}:0`, {
      "Last-Event-ID": `${ledger.id}:1`,
    });
    expect(names((await first.next())?.slice)).toEqual([second]);
    await first.end();
  });

  it("makes one signature for a slice, however many listen", async () => {
    const handle = open();
    const listeners = await Promise.all(Array.from({ length: 50 }, () => stream(handle)));
    await Promise.all(listeners.map((events) => events.next()));
    const coming = listeners.map((events) => events.next());
    const before = signatures;
    const name = await retire();
    for (const event of await Promise.all(coming)) expect(names(event?.slice)).toEqual([name]);
    expect(signatures - before).toBe(1);
    await Promise.all(listeners.map((events) => events.end()));
  });

  it("beats: empty, signed, chained, issued anew", async () => {
    const handle = open({ heartbeat: 5 });
    await retire();
    const events = await stream(handle, `?after=${ledger.id}:0`);
    const first = await events.next();
    const beat = await events.next();
    expect(beat?.slice).toMatchObject({ from: 1, to: 1, entries: [], more: false });
    expect(beat?.slice.fromHash).toEqual(first?.slice.toHash);
    expect(beat?.slice.issuedAt).toBeGreaterThanOrEqual(first?.slice.issuedAt ?? Infinity);
    await events.end();
  });

  it("hears of writes that another node made, by looking", async () => {
    const events = await stream(open({ interval: 5 }));
    await events.next();
    const coming = events.next();
    const name = await retire(database);
    expect(names((await coming)?.slice)).toEqual([name]);
    await events.end();
  });

  it("skips nothing while many write at once, and chains", async () => {
    const events = await stream(open());
    const slices = [(await events.next())?.slice];
    const expected = new Set<string>();
    const writers = Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let round = 0; round < 10; round++) expected.add(await retire());
      }),
    );
    while ((slices.at(-1)?.to ?? 0) < 80) slices.push((await events.next())?.slice);
    await writers;
    expect(new Set(slices.flatMap(names))).toEqual(expected);
    for (const [index, slice] of slices.slice(1).entries()) {
      expect(slice?.from).toBe(slices[index]?.to);
      expect(slice?.fromHash).toEqual(slices[index]?.toHash);
    }
    await events.end();
  });

  it("ends when the ledger is another one; the position then answers 410, and a snapshot follows", async () => {
    const handle = open({ interval: 5 });
    await retire();
    const events = await stream(handle);
    const last = await events.next();
    const coming = events.next();
    await writeAll(database, replaceLedger(database).steps);
    expect(await coming).toBeNull();
    const headers = { Accept: "text/event-stream", "Last-Event-ID": last?.id ?? "" };
    const gone = await ask(handle, "", headers);
    expect(gone.status).toBe(410);
    expect(await gone.json()).toMatchObject({ code: "feed_position_gone" });
    const name = await retire();
    const again = await stream(handle);
    expect(names((await again.next())?.slice)).toEqual([name]);
    await again.end();
  });

  it("gives its place back when the reader leaves, and has a bounded number of them", async () => {
    const handle = open({ total: 3, perNetwork: 2 });
    const first = await stream(handle);
    const second = await stream(handle);
    const accept = { Accept: "text/event-stream" };
    const third = await ask(handle, "", accept);
    expect(third.status).toBe(503);
    expect(third.headers.get("Retry-After")).toBe("5");
    expect(await third.json()).toMatchObject({ code: "overloaded" });
    // Asking without waiting needs no place.
    expect((await ask(handle, "")).status).toBe(200);
    const elsewhere = await ask(handle, "", accept, "198.51.100.1");
    expect(elsewhere.status).toBe(200);
    expect((await ask(handle, "", accept, "203.0.113.1")).status).toBe(503);
    await first.end();
    const fourth = await stream(handle);
    for (const events of [second, fourth, readEvents(elsewhere)]) await events.end();
  });

  it("is cut when its reader takes nothing", async () => {
    const handle = open({ total: 1, patience: 20 });
    const accept = { Accept: "text/event-stream" };
    const stuck = await ask(handle, "", accept);
    let next = await ask(handle, "", accept);
    expect(next.status).toBe(503);
    while (next.status === 503) {
      // It reads the store, so that time goes on meanwhile.
      await ask(handle, "");
      next = await ask(handle, "", accept);
    }
    expect(next.status).toBe(200);
    expect(await stuck.text()).toBe("");
  });

  it("ends when the server closes", async () => {
    const handle = open();
    const events = await stream(handle);
    await events.next();
    const coming = events.next();
    places.close();
    expect(await coming).toBeNull();
    expect((await ask(handle, "", { Accept: "text/event-stream" })).status).toBe(503);
  });

  it.each([
    ["Last-Event-ID", { "Last-Event-ID": "x" }, ""],
    ["after", {}, "?after=x"],
  ])("refuses a malformed %s", async (_, headers, query) => {
    const answer = await ask(open(), query, { Accept: "text/event-stream", ...headers });
    expect(answer.status).toBe(400);
  });
});

describe("waiting", () => {
  it("answers at once when something is there, and as soon as something comes", async () => {
    const handle = open();
    const first = await retire();
    const there = await ask(handle, `?after=${ledger.id}:0&wait=30`);
    expect(names(readToken(await there.text()))).toEqual([first]);
    const coming = ask(handle, `?after=${ledger.id}:1&wait=30`);
    const second = await retire();
    const answer = await coming;
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(names(readToken(await answer.text()))).toEqual([second]);
  });

  it("ends with an empty slice of now", async () => {
    const answer = await ask(open(), `?after=${ledger.id}:0&wait=1`);
    expect(readToken(await answer.text())).toMatchObject({ from: 0, to: 0, more: false });
  });

  it("answers 410 when the ledger is replaced meanwhile", async () => {
    const handle = open({ interval: 5 });
    const waiting = ask(handle, `?after=${ledger.id}:0&wait=30`);
    await writeAll(database, replaceLedger(database).steps);
    expect((await waiting).status).toBe(410);
  });

  it("gives its place back when the reader hangs up", async () => {
    const handle = open({ total: 1 });
    const abort = new AbortController();
    const url = `${ISSUER}/auth/revocations?after=${ledger.id}:0&wait=30`;
    const waiting = handle(new Request(url, { signal: abort.signal }));
    await ask(handle, "");
    expect((await ask(handle, `?after=${ledger.id}:0&wait=1`)).status).toBe(503);
    abort.abort();
    expect((await waiting).status).toBe(204);
    const next = await stream(handle);
    expect((await next.next())?.slice.to).toBe(0);
    await next.end();
  });

  it("answers 503 when the server closes", async () => {
    const handle = open({ total: 1 });
    const waiting = ask(handle, `?after=${ledger.id}:0&wait=30`);
    places.close();
    expect((await waiting).status).toBe(503);
  });

  it.each(["wait=0", "wait=31", "wait=-1", "wait=1.5", "wait=", "wait=5&wait=6"])(
    "refuses %s",
    async (query) => {
      expect((await ask(open(), `?after=${ledger.id}:0&${query}`)).status).toBe(400);
    },
  );

  it("needs a position", async () => {
    expect((await ask(open(), "?wait=5")).status).toBe(400);
  });
});

describe("named snapshots", () => {
  it("are named by a round number, cached, and read in slices that chain", async () => {
    const handle = open();
    const handles = Array.from({ length: 2_345 }, createIdentifier);
    for (let start = 0; start < handles.length; start += 500) {
      await writeAll(database, ledger.retire(handles.slice(start, start + 500), EXPIRY));
    }
    const latest = await ask(handle, "/snapshots/latest");
    expect(latest.status).toBe(307);
    expect(latest.headers.get("Cache-Control")).toBe("public, max-age=5");
    const place = (latest.headers.get("Location") ?? "").replace("/auth/revocations", "");
    expect(place).toBe(`/snapshots/${ledger.id}:2000`);

    const slices: FeedSlice[] = [];
    for (let from = 0; from < 2_000; from = slices.at(-1)?.to ?? Infinity) {
      const answer = await ask(handle, from === 0 ? place : `${place}?from=${from}`);
      expect(answer.headers.get("Cache-Control")).toBe("public, max-age=30");
      slices.push(readToken(await answer.text()));
    }
    expect(slices.map(({ snapshot, to, more }) => ({ snapshot, to, more }))).toEqual([
      { snapshot: true, to: 1_000, more: true },
      { snapshot: false, to: 2_000, more: true },
    ]);
    const rest = await ask(handle, `?after=${ledger.id}:2000`);
    expect(rest.headers.get("Cache-Control")).toBe("no-store");
    slices.push(readToken(await rest.text()));
    expect(slices.flatMap(names)).toEqual(
      handles.map((one) => publishHandle(ledger.id, one).toString("hex")),
    );
    for (const [index, slice] of slices.slice(1).entries()) {
      expect(slice.fromHash).toEqual(slices[index]?.toHash);
    }
  });

  it("of a young ledger end at its head", async () => {
    const handle = open();
    await retire();
    const latest = await ask(handle, "/snapshots/latest");
    expect(latest.headers.get("Location")).toBe(`/auth/revocations/snapshots/${ledger.id}:1`);
    const answer = await ask(handle, `/snapshots/${ledger.id}:1`);
    expect(readToken(await answer.text())).toMatchObject({ to: 1, more: false, snapshot: true });
  });

  it.each([
    ["another ledger", () => `${createIdentifier()}:1`, 410],
    ["a number ahead of the ledger", () => `${ledger.id}:2`, 410],
    ["a start behind its end", () => `${ledger.id}:1?from=2`, 410],
    ["no position", () => "x", 400],
    ["no number to start from", () => `${ledger.id}:1?from=01`, 400],
  ])("refuse %s", async (_, name, status) => {
    const handle = open();
    await retire();
    const answer = await ask(handle, `/snapshots/${name()}`);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
  });
});

it("is closed to readers who are not allowed, in every form", async () => {
  const handle = createHandler({
    routes: revocationRoutes({
      feed: createFeed({ database, ledger, keyRing, issuer: ISSUER }),
      keyRing,
      authorize: (c) => (c.req.header("Authorization") === "yes" ? Promise.resolve() : refuse()),
    }),
    issuer: ISSUER,
    origins: new Set(),
    trustedProxies: 0,
    bodyLimit: 1024,
    log: pino({ level: "silent" }),
    clock: Date.now,
  });
  for (const query of ["", `?after=${ledger.id}:0&wait=5`, "/snapshots/latest"]) {
    for (const accept of ["*/*", "text/event-stream"]) {
      expect((await ask(handle, query, { Accept: accept })).status).toBe(500);
    }
  }
  const answer = await ask(handle, `/snapshots/${ledger.id}:0`, { Authorization: "yes" });
  expect(answer.headers.get("Cache-Control")).toBe("private, max-age=30");
});

function refuse(): Promise<never> {
  return Promise.reject(new Error("refused by the test"));
}
