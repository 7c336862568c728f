// Authorization server metadata: RFC 8414, with the two members that name the revocation feed.

/** What `/.well-known/oauth-authorization-server` answers. */
export interface ServerMetadata {
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly latchkey_revocation_feed?: string;
  readonly latchkey_feed_jwks_uri?: string;
  readonly [name: string]: unknown;
}

/** Thrown when metadata is not usable for the issuer that was asked. */
export class MetadataError extends Error {
  override readonly name = "MetadataError";
}

/**
 * The metadata URL of an issuer: the well-known segment goes between host and path.
 *
 * @example `https://id.example/t1` -> `https://id.example/.well-known/oauth-authorization-server/t1`
 * @see RFC 8414 section 3.1
 */
export function metadataUrl(issuer: string): string {
  const url = new URL(issuer);
  const path = url.pathname === "/" ? "" : url.pathname;
  return `${url.origin}/.well-known/oauth-authorization-server${path}`;
}

/**
 * Reads metadata fetched for `issuer`.
 *
 * The document's issuer must be identical. Every URL must be https or on the issuer's own origin
 * and be free of credentials, so a tampered document cannot send a reader elsewhere in clear.
 * @throws MetadataError
 * @see RFC 8414 section 3.3
 */
export function parseMetadata(document: unknown, issuer: string): ServerMetadata {
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw new MetadataError("the metadata is not an object");
  }
  const members = document as Record<string, unknown>;
  if (members["issuer"] !== issuer) {
    throw new MetadataError("the metadata names another issuer than the one asked for");
  }
  const feed = parseUrl(members, "latchkey_revocation_feed", issuer);
  const feedKeys = parseUrl(members, "latchkey_feed_jwks_uri", issuer);
  if ((feed === undefined) !== (feedKeys === undefined)) {
    throw new MetadataError("the revocation feed and its keys must be named together");
  }
  const jwksUri = parseUrl(members, "jwks_uri", issuer);
  if (jwksUri === undefined) throw new MetadataError("jwks_uri is missing");
  return {
    ...members,
    issuer,
    jwks_uri: jwksUri,
    ...(feed !== undefined && feedKeys !== undefined
      ? { latchkey_revocation_feed: feed, latchkey_feed_jwks_uri: feedKeys }
      : {}),
  };
}

function parseUrl(
  members: Record<string, unknown>,
  name: string,
  issuer: string,
): string | undefined {
  if (!Object.hasOwn(members, name)) return undefined;
  const value = members[name];
  if (typeof value !== "string" || !URL.canParse(value)) {
    throw new MetadataError(`${name} is not a URL`);
  }
  const url = new URL(value);
  const isSecure = url.protocol === "https:" || url.origin === new URL(issuer).origin;
  if (!isSecure || url.username !== "" || url.password !== "" || url.hash !== "") {
    throw new MetadataError(`${name} is not acceptable for this issuer`);
  }
  return value;
}
