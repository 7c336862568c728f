// GET /auth/revocations in its three forms (answered at once, waited for, streamed), named
// snapshots, and the keys of the feed. Public unless it is configured to be for registered readers:
// handles are random, and a published handle names nothing that its reader does not already hold a
// token of.

import { z } from "@hono/zod-openapi";
import { type FeedPosition, formatFeedPosition } from "@latchkey/protocol";
import type { Context } from "hono";
import { type App, type AppEnv, createRoutes, defineRoute, problems } from "../http/app.ts";
import { Refusal } from "../http/refusal.ts";
import { JWK_SET_MAX_AGE, jwkSetAnswer, jwkSetResponse } from "../keys/jwk-set-response.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import { EVENT_STREAM_MEDIA_TYPE, type EventStreamOptions, streamSlices } from "./event-stream.ts";
import { type Feed, readPosition } from "./feed.ts";
import { createFeedPlaces, type FeedPlaces } from "./feed-places.ts";

/** Media type of a slice: a JWT; RFC 7519 section 10.3.1. */
export const FEED_MEDIA_TYPE = "application/jwt";

/** Seconds that `wait` may ask for, at most: below what proxies allow an answer to take. */
export const MAX_FEED_WAIT = 30;

/** Seconds that a slice of a named snapshot may be cached: half of the life of a slice. */
export const SNAPSHOT_MAX_AGE = 30;

/** Seconds that the name of the latest snapshot may be cached. */
export const SNAPSHOT_NAME_MAX_AGE = 5;

/** What the routes need. */
export interface RevocationRoutesDeps {
  readonly feed: Feed;
  readonly keyRing: Pick<KeyRing, "feedJwks">;
  /** The path below which the routes are mounted; default: none. */
  readonly path?: string;
  /** Default: as many places as {@link createFeedPlaces} makes. */
  readonly places?: FeedPlaces;
  /** Throws a Refusal unless the request may read; undefined: everybody may. */
  readonly authorize?: ((c: Context<AppEnv>) => Promise<void>) | undefined;
  readonly stream?: Pick<EventStreamOptions, "lifetime" | "patience">;
}

const position = z.string().max(64);
const slice = {
  description: "A slice of the ledger (`typ: latchkey-feed+jwt`)",
  content: { [FEED_MEDIA_TYPE]: { schema: z.string() } },
};

const readFeed = defineRoute({
  method: "get",
  path: "/auth/revocations",
  summary: "What was taken back since a position, as signed slices",
  tags: ["revocation"],
  request: {
    query: z.strictObject({
      after: position.optional().openapi({
        description: "The position reached: `<ledger>:<to>`. Without it a snapshot begins.",
        example: "AAAAAAAAAAAAAAAAAAAAAA:42",
      }),
      wait: z
        .string()
        .regex(/^[1-9][0-9]?$/, "Whole seconds")
        .refine((text) => Number(text) <= MAX_FEED_WAIT, `At most ${MAX_FEED_WAIT}`)
        .optional()
        .openapi({
          description: `Seconds to wait for something behind \`after\`; at most ${MAX_FEED_WAIT}.`,
        }),
    }),
  },
  responses: {
    200: {
      ...slice,
      content: { ...slice.content, [EVENT_STREAM_MEDIA_TYPE]: { schema: z.string() } },
    },
    ...problems(401, 410),
  },
});

const latestSnapshot = defineRoute({
  method: "get",
  path: "/auth/revocations/snapshots/latest",
  summary: "The snapshot that readers who start now should ask for",
  tags: ["revocation"],
  responses: { 307: { description: "Its name, in Location" }, ...problems(401) },
});

const readSnapshot = defineRoute({
  method: "get",
  path: "/auth/revocations/snapshots/{position}",
  summary: "A slice of the snapshot at a position; caches may keep it",
  tags: ["revocation"],
  request: {
    params: z.object({ position }),
    query: z.strictObject({
      from: z
        .string()
        .regex(/^(0|[1-9][0-9]{0,14})$/, "A ledger number")
        .optional()
        .openapi({ description: "The number reached: `to` of the slice before. Default: 0." }),
    }),
  },
  responses: { 200: slice, ...problems(401, 410) },
});

const readFeedKeys = defineRoute({
  method: "get",
  path: "/auth/revocations/jwks",
  summary: "The public keys of the revocation feed",
  tags: ["revocation"],
  responses: { 200: jwkSetAnswer },
});

/** The routes of the revocation feed. */
export function revocationRoutes(deps: RevocationRoutesDeps): App {
  const { feed, path = "", places = createFeedPlaces(), authorize } = deps;
  const visibility = authorize === undefined ? "public" : "private";
  const routes = createRoutes();

  routes.openapi(readFeed, async (c) => {
    await authorize?.(c);
    const { after, wait } = c.req.valid("query");
    if (wantsEvents(c)) return streamAnswer(deps, places, c);
    if (wait === undefined) return sliceAnswer(await feed.readSlice(after, c.get("now")));
    if (after === undefined) throw invalid("wait", "Only with `after`");
    const giveBack = places.take(c.get("address"));
    try {
      const signal = AbortSignal.any([places.signal, c.req.raw.signal]);
      const next = await feed.waitForSlice(readPosition(after), {
        patience: Number(wait) * 1000,
        signal,
      });
      return sliceAnswer(next.token);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      // The server closes: the reader asks another one.
      if (places.signal.aborted) throw new Refusal("not_ready");
      // The reader is gone, and nobody hears the answer: no failure of the server.
      if (c.req.raw.signal.aborted) return new Response(null, { status: 204 });
      throw error;
    } finally {
      giveBack();
    }
  });

  routes.openapi(latestSnapshot, async (c) => {
    await authorize?.(c);
    const name = formatFeedPosition(await feed.nameSnapshot());
    return new Response(null, {
      status: 307,
      headers: {
        Location: `${path}/auth/revocations/snapshots/${name}`,
        "Cache-Control": `${visibility}, max-age=${SNAPSHOT_NAME_MAX_AGE}`,
      },
    });
  });

  routes.openapi(readSnapshot, async (c) => {
    await authorize?.(c);
    const name = readPosition(c.req.valid("param").position, "position");
    const { token } = await feed.readSnapshot(name, Number(c.req.valid("query").from ?? "0"));
    return sliceAnswer(token, `${visibility}, max-age=${SNAPSHOT_MAX_AGE}`);
  });

  routes.openapi(readFeedKeys, () => jwkSetResponse(deps.keyRing.feedJwks(), JWK_SET_MAX_AGE));
  return routes;
}

// A reader that names the type itself: `*/*` means a slice.
function wantsEvents(c: Context<AppEnv>): boolean {
  const accepted = (c.req.header("Accept") ?? "").toLowerCase().split(",");
  return accepted.some((range) => range.split(";")[0]?.trim() === EVENT_STREAM_MEDIA_TYPE);
}

const STREAM_HEADERS = {
  "Content-Type": EVENT_STREAM_MEDIA_TYPE,
  "Cache-Control": "no-store",
  // nginx holds answers back otherwise, and a revocation with them.
  "X-Accel-Buffering": "no",
};

async function streamAnswer(
  deps: RevocationRoutesDeps,
  places: FeedPlaces,
  c: Context<AppEnv>,
): Promise<Response> {
  const giveBack = places.take(c.get("address"));
  try {
    // The first slice comes before the headers, so that a position that is gone is a status.
    const first = await deps.feed.nextSlice(startOf(c));
    // Nobody reads a body then, and nobody would end the stream.
    if (c.req.method === "HEAD") {
      giveBack();
      return new Response(null, { headers: STREAM_HEADERS });
    }
    const body = streamSlices({
      ...deps.stream,
      feed: deps.feed,
      first,
      signal: places.signal,
      onEnd: giveBack,
    });
    return new Response(body, { headers: STREAM_HEADERS });
  } catch (error) {
    giveBack();
    throw error;
  }
}

// After a cut, a browser's EventSource repeats the URL it began with and says in the header how far
// it came: the header is the later of the two.
function startOf(c: Context<AppEnv>): FeedPosition | undefined {
  const lastEventId = c.req.header("Last-Event-ID");
  if (lastEventId !== undefined && lastEventId !== "") {
    return readPosition(lastEventId, "Last-Event-ID");
  }
  const after = c.req.query("after");
  return after === undefined ? undefined : readPosition(after);
}

function sliceAnswer(token: string, cacheControl = "no-store"): Response {
  return new Response(token, {
    headers: { "Content-Type": FEED_MEDIA_TYPE, "Cache-Control": cacheControl },
  });
}

function invalid(path: string, message: string): Refusal {
  return new Refusal("invalid_request", { errors: [{ path, message }] });
}
