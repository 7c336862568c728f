// An issuer that is not Latchkey: metadata, JWKS and an empty revocation feed over real HTTP, with
// keys made and tokens signed by the `jose` package. What a guard accepts of it rests on the
// specifications alone.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createIdentifier,
  FEED_TYPE,
  feedSliceClaims,
  firstLedgerHash,
  metadataUrl,
} from "@latchkey/protocol";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** A key pair of the issuer. */
export interface ForeignKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** A running issuer. */
export interface ForeignIssuer {
  readonly url: string;
  readonly keys: readonly ForeignKey[];
  close(): Promise<void>;
}

/** Starts an issuer with one key for each algorithm. */
export async function startForeignIssuer(algorithms: readonly string[]): Promise<ForeignIssuer> {
  const keys = await Promise.all(algorithms.map(createForeignKey));
  const feedKey = await createForeignKey("ES256");
  const ledger = createIdentifier();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", url).pathname;
    const answer = (type: string, body: string): void => {
      response.writeHead(200, { "content-type": type }).end(body);
    };
    const answerJson = (body: unknown): void => answer("application/json", JSON.stringify(body));
    if (path === new URL(metadataUrl(url)).pathname) answerJson(metadata());
    else if (path === "/jwks") answerJson({ keys: keys.map(({ publicJwk }) => publicJwk) });
    else if (path === "/feed/jwks") answerJson({ keys: [feedKey.publicJwk] });
    else if (path === "/feed") void emptySlice().then((slice) => answer("application/jwt", slice));
    else response.writeHead(404).end();
  });
  const metadata = () => ({
    issuer: url,
    jwks_uri: `${url}/jwks`,
    latchkey_revocation_feed: `${url}/feed`,
    latchkey_feed_jwks_uri: `${url}/feed/jwks`,
  });
  const emptySlice = async (): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    const hash = firstLedgerHash(ledger);
    const claims = feedSliceClaims({
      issuer: url,
      issuedAt: now,
      expiresAt: now + 60,
      ledger,
      from: 0,
      to: 0,
      fromHash: hash,
      toHash: hash,
      snapshot: true,
      more: false,
      entries: [],
    });
    return new SignJWT(claims)
      .setProtectedHeader({ alg: feedKey.alg, kid: feedKey.kid, typ: FEED_TYPE })
      .sign(feedKey.privateKey);
  };
  server.listen(0, "localhost");
  await once(server, "listening");
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    keys,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function createForeignKey(alg: string): Promise<ForeignKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = createIdentifier();
  const publicJwk = { ...(await exportJWK(publicKey)), alg, kid, use: "sig" };
  return { alg, kid, privateKey, publicKey, publicJwk };
}
