// Finds an issuer's keys and its revocation feed: RFC 8414 metadata, or OpenID Connect Discovery
// where an issuer has only that.

import { parseJsonObject } from "@latchkey/jose";
import { metadataUrl, parseMetadata, type ServerMetadata } from "@latchkey/protocol";
import { FetchError, fetchDocument } from "./fetch-document.ts";
import { METADATA_BYTES } from "./limits.ts";

/**
 * Checks that an issuer can be trusted to answer for itself.
 *
 * Plain http is for loopback only: anybody on the way could hand out keys of their own.
 * @throws TypeError
 * @see RFC 8414 section 2
 */
export function checkIssuer(issuer: unknown, isHttpAllowed: boolean): string {
  if (typeof issuer !== "string" || !URL.canParse(issuer)) {
    throw new TypeError("issuer is the URL of the authentication server");
  }
  const url = new URL(issuer);
  if (/[?#]/.test(issuer) || url.username !== "" || url.password !== "") {
    throw new TypeError("issuer has no query, no fragment and no credentials (RFC 8414 section 2)");
  }
  const isSecure = url.protocol === "https:";
  const isHttp = url.protocol === "http:" && (isHttpAllowed || isLoopback(url.hostname));
  if (!isSecure && !isHttp) {
    throw new TypeError(
      "issuer is not https: tokens would be checked with keys that anybody on the way can replace; " +
        "dangerouslyAllowHttpIssuer allows it behind a private network",
    );
  }
  return issuer;
}

/** What bounds the two fetches. */
export interface DiscoveryOptions {
  /** Milliseconds for one fetch. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/**
 * Fetches and checks the metadata of an issuer.
 *
 * @throws FetchError, MetadataError, JoseError
 * @see RFC 8414 section 3
 */
export async function discover(issuer: string, options: DiscoveryOptions): Promise<ServerMetadata> {
  const limits = {
    ...options,
    what: "metadata",
    mediaTypes: ["application/json"],
    maxBytes: METADATA_BYTES,
  };
  let { status, body } = await fetchDocument(metadataUrl(issuer), limits);
  if (status === 404) {
    const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    ({ status, body } = await fetchDocument(url, limits));
  }
  if (status !== 200) throw new FetchError(`the metadata answered ${status}`);
  return parseMetadata(parseJsonObject(body), issuer);
}

/** Where an issuer answers about tokens (RFC 7662); null when it names no address fit for secrets. */
export function introspectionUrl(metadata: ServerMetadata): string | null {
  const url = metadata["introspection_endpoint"];
  if (typeof url !== "string" || !URL.canParse(url)) return null;
  const { protocol, origin, username, password } = new URL(url);
  const isSecure = protocol === "https:" || origin === new URL(metadata.issuer).origin;
  return isSecure && username === "" && password === "" ? url : null;
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}
