// An issuer with a ledger of any size, as a process: metadata, keys, and a feed of signed slices. The
// entries are random and live; nobody's token is among them.

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportPublicJwk, generateKey, signJwt } from "@latchkey/jose";
import {
  createIdentifier,
  FEED_SLICE_ENTRIES,
  FEED_TYPE,
  feedSliceClaims,
  firstLedgerHash,
  ledgerEntryBytes,
  nextLedgerHash,
} from "@latchkey/protocol";
import { answerQuestions } from "./child.ts";

const count = Number(process.argv[2] ?? 0);
const HOUR = 3600;
const key = await generateKey("ES256");
const feedKey = await generateKey("ES256");
const ledger = createIdentifier();
const expiresAt = Math.floor(Date.now() / 1000) + 24 * HOUR;
const handles = randomBytes(16 * count);
const handleAt = (index: number): Buffer => handles.subarray(index * 16, index * 16 + 16);

// The chain's state at each end of a slice.
const hashes: Buffer[] = [firstLedgerHash(ledger)];
let hash: Buffer = firstLedgerHash(ledger);
for (let index = 0; index < count; index += 1) {
  hash = nextLedgerHash(hash, ledgerEntryBytes(handleAt(index), expiresAt));
  if ((index + 1) % FEED_SLICE_ENTRIES === 0) hashes.push(hash);
}

function sliceAfter(position: string | null): string {
  const from = position === null ? 0 : Number(position.split(":")[1]);
  const to = Math.min(count, from + FEED_SLICE_ENTRIES);
  const now = Math.floor(Date.now() / 1000);
  const claims = feedSliceClaims({
    issuer: url,
    issuedAt: now,
    expiresAt: now + 60,
    ledger,
    from,
    to,
    fromHash: hashes[from / FEED_SLICE_ENTRIES] ?? hash,
    toHash: to === count ? hash : (hashes[to / FEED_SLICE_ENTRIES] ?? hash),
    snapshot: position === null,
    more: to < count,
    entries: Array.from({ length: to - from }, (_, index) => ({
      handle: handleAt(from + index),
      expiresAt,
    })),
  });
  return signJwt(claims, feedKey, { typ: FEED_TYPE, now });
}

/** An access token as the server issues it, with eleven handles: eight, its own, session and key. */
function issueToken(typ: string): string {
  const now = Math.floor(Date.now() / 1000);
  return signJwt(
    {
      iss: url,
      aud: url,
      sub: createIdentifier(),
      client_id: "latchkey",
      iat: now,
      exp: now + HOUR,
      jti: createIdentifier(),
      sid: createIdentifier(),
      auth_time: now,
      amr: ["pwd"],
      roles: ["doctor", "front-desk"],
      permissions: ["appointments:read-own-calendar"],
      handles: Array.from({ length: 8 }, () => createIdentifier()),
    },
    key,
    { typ, issuedAt: false },
  );
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", url);
  const answer = (type: string, body: string): void => {
    response.writeHead(200, { "content-type": type }).end(body);
  };
  const answerJson = (body: unknown): void => answer("application/json", JSON.stringify(body));
  if (pathname === "/jwks") answerJson({ keys: [exportPublicJwk(key)] });
  else if (pathname === "/feed/jwks") answerJson({ keys: [exportPublicJwk(feedKey)] });
  else if (pathname === "/feed") answer("application/jwt", sliceAfter(searchParams.get("after")));
  else {
    answerJson({
      issuer: url,
      jwks_uri: `${url}/jwks`,
      latchkey_revocation_feed: `${url}/feed`,
      latchkey_feed_jwks_uri: `${url}/feed/jwks`,
    });
  }
});
let url = "";
server.listen(0, "127.0.0.1", () => {
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answerQuestions(
    { url, publicJwk: exportPublicJwk(key) },
    {
      tokens: (wanted: number) => Array.from({ length: wanted }, () => issueToken("at+jwt")),
      // hono/jwt takes no other type.
      plainToken: () => issueToken("JWT"),
    },
  );
});
