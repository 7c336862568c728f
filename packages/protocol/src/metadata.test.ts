import { describe, expect, test } from "vitest";
import { MetadataError, metadataUrl, parseMetadata } from "./metadata.ts";

const ISSUER = "https://id.example";

describe("RFC 8414 section 3.1", () => {
  test.each([
    ["https://id.example", "https://id.example/.well-known/oauth-authorization-server"],
    ["https://id.example/", "https://id.example/.well-known/oauth-authorization-server"],
    ["https://id.example/t1", "https://id.example/.well-known/oauth-authorization-server/t1"],
    ["http://localhost:4000", "http://localhost:4000/.well-known/oauth-authorization-server"],
  ])("%s -> %s", (issuer, url) => {
    expect(metadataUrl(issuer)).toBe(url);
  });
});

describe("RFC 8414 section 3.3", () => {
  const valid = { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` };

  test("reads the issuer, the keys and other members", () => {
    expect(parseMetadata({ ...valid, scopes_supported: ["a"] }, ISSUER)).toEqual({
      ...valid,
      scopes_supported: ["a"],
    });
  });

  test("reads the feed", () => {
    const feed = {
      latchkey_revocation_feed: `${ISSUER}/auth/revocations`,
      latchkey_feed_jwks_uri: `${ISSUER}/auth/revocations/jwks`,
    };
    expect(parseMetadata({ ...valid, ...feed }, ISSUER)).toMatchObject(feed);
  });

  test("keys on another https host are allowed", () => {
    const jwks = { jwks_uri: "https://cdn.example/jwks" };
    expect(parseMetadata({ ...valid, ...jwks }, ISSUER)).toMatchObject(jwks);
  });

  test.each([
    ["null", null],
    ["a list", []],
    ["text", "metadata"],
    ["H8 another issuer", { ...valid, issuer: "https://evil.example" }],
    ["H8 a trailing slash", { ...valid, issuer: `${ISSUER}/` }],
    ["H8 a list of issuers", { ...valid, issuer: [ISSUER] }],
    ["no issuer", { jwks_uri: valid.jwks_uri }],
    ["no keys", { issuer: ISSUER }],
    ["keys in clear", { ...valid, jwks_uri: "http://id.example/jwks" }],
    ["H4 a file", { ...valid, jwks_uri: "file:///etc/passwd" }],
    ["H4 data", { ...valid, jwks_uri: "data:application/json,{}" }],
    ["H4 credentials", { ...valid, jwks_uri: "https://user:pass@id.example/jwks" }],
    ["a fragment", { ...valid, jwks_uri: `${ISSUER}/jwks#x` }],
    ["a relative URL", { ...valid, jwks_uri: "/jwks" }],
    ["a number", { ...valid, jwks_uri: 7 }],
    ["a feed without keys", { ...valid, latchkey_revocation_feed: `${ISSUER}/feed` }],
    ["feed keys without a feed", { ...valid, latchkey_feed_jwks_uri: `${ISSUER}/feed` }],
  ])("refuses %s", (_name, document) => {
    expect(() => parseMetadata(document, ISSUER)).toThrow(MetadataError);
  });

  test("a loopback issuer cannot send its readers to another host in clear", () => {
    const issuer = "http://localhost:4000";
    const document = { issuer, jwks_uri: "http://other.example/jwks" };
    expect(() => parseMetadata(document, issuer)).toThrow(MetadataError);
    expect(parseMetadata({ issuer, jwks_uri: `${issuer}/jwks` }, issuer).jwks_uri).toBe(
      `${issuer}/jwks`,
    );
  });
});
