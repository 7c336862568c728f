import { describe, expect, it } from "vitest";
import { checkIssuer, isLoopbackIssuer, issuerPath } from "./issuer.ts";
import type { LatchkeyConfig } from "./latchkey-config.ts";
import { serverMetadata } from "./metadata-routes.ts";
import { resolveSettings } from "./settings.ts";

const minimal: LatchkeyConfig = {
  issuer: "https://id.example",
  data: "data",
  keyEncryption: { directory: "keys" },
};

describe("checkIssuer (RFC 8414 section 2)", () => {
  it.each([
    "https://id.example",
    "https://id.example/t1",
    "https://id.example:8443/t1/t2",
    "http://localhost:4000",
    "http://app.localhost:4000",
    "http://127.0.0.1:4000",
    "http://[::1]:4000",
  ])("accepts %s", (issuer) => {
    expect(() => checkIssuer(issuer, false)).not.toThrow();
  });

  it.each([
    "",
    "id.example",
    "ftp://id.example",
    "https://id.example/",
    "https://id.example/t1/",
    "https://id.example?",
    "https://id.example?a=b",
    "https://id.example#",
    "https://user:secret@id.example",
    "https://ID.example",
    "https://id.example:443",
    "https://id.example//t1",
    "https://id.example/t1/../t2",
    "https://id.example/:id",
    "https://id.example/*",
    "https://id.example/a%2fb",
    " https://id.example",
  ])("refuses %j", (issuer) => {
    expect(() => checkIssuer(issuer, true)).toThrow(
      expect.objectContaining({ code: "config_invalid" }),
    );
  });

  it.each([
    "http://id.example",
    "http://10.0.0.1:4000",
    "http://127.0.0.1.example",
    "http://localhost.example",
    "http://0.0.0.0:4000",
    "http://[::2]:4000",
  ])("refuses plain http at %s unless told loudly", (issuer) => {
    expect(() => checkIssuer(issuer, false)).toThrow(
      expect.objectContaining({ code: "issuer_insecure" }),
    );
    expect(() => checkIssuer(issuer, true)).not.toThrow();
    expect(isLoopbackIssuer(issuer)).toBe(false);
  });

  it("knows where routes are mounted", () => {
    expect(issuerPath("https://id.example")).toBe("");
    expect(issuerPath("https://id.example/t1")).toBe("/t1");
  });
});

const key = new Uint8Array(32);

describe("resolveSettings", () => {
  it("fills in the defaults", () => {
    expect(resolveSettings(minimal)).toMatchObject({
      audience: ["https://id.example"],
      origins: new Set(["https://id.example"]),
      signingAlgorithms: ["ES256"],
      feed: "public",
      policy: {
        accessTokenLifetime: 900,
        idleLifetime: 30 * 86_400_000,
        absoluteLifetime: null,
      },
      requireVerifiedEmail: true,
      minPasswordLength: 15,
      trustedProxies: 0,
      bodyLimit: 65_536,
    });
  });

  it("lets sign-in go without a proved address on loopback only", () => {
    const local = { ...minimal, issuer: "http://localhost:4000" };
    expect(resolveSettings(local).requireVerifiedEmail).toBe(false);
    expect(resolveSettings({ ...local, requireVerifiedEmail: true }).requireVerifiedEmail).toBe(
      true,
    );
    const open = { ...minimal, issuer: "http://id.example", dangerouslyAllowHttpIssuer: true };
    expect(resolveSettings(open).requireVerifiedEmail).toBe(true);
  });

  it.each(["data", "data/keys", "./data/../data/..keys"])(
    "keeps the key-encryption key out of the data directory: %s",
    (directory) => {
      const config: LatchkeyConfig = { ...minimal, keyEncryption: { directory } };
      expect(() => resolveSettings(config)).toThrow("keyEncryption.directory: Inside the data");
      expect(() => resolveSettings({ ...config, data: "elsewhere/data" })).not.toThrow();
    },
  );

  it("reads durations", () => {
    const { policy } = resolveSettings({
      ...minimal,
      accessTokenLifetime: "5m",
      sessionIdleLifetime: 3600,
      sessionAbsoluteLifetime: "1 day",
    });
    expect(policy).toEqual({
      accessTokenLifetime: 300,
      idleLifetime: 3_600_000,
      absoluteLifetime: 86_400_000,
      shortIdleLifetime: 43_200_000,
      endedRetention: 2_592_000_000,
      reuseEnds: "session",
      clients: new Map(),
    });
  });

  it("reads lifetimes of single clients, and nothing that they leave out", () => {
    const { policy } = resolveSettings({
      ...minimal,
      clients: { latchkey: { sessionIdleLifetime: "1h", sessionAbsoluteLifetime: null } },
    });
    expect(policy.clients).toEqual(
      new Map([["latchkey", { idleLifetime: 3_600_000, absoluteLifetime: null }]]),
    );
  });

  it("reads a mail server, and never repeats its password", () => {
    const from = "Latchkey <id@example.com>";
    const { smtp } = resolveSettings({ ...minimal, smtp: { url: "smtps://a:b%40@mx.test", from } });
    expect(smtp).toEqual({
      from,
      address: {
        host: "mx.test",
        port: 465,
        secure: true,
        requireTls: false,
        auth: { user: "a", pass: "b@" },
      },
    });
    const wrong = { url: "http://a:geheim@mx.test", from };
    expect(() => resolveSettings({ ...minimal, smtp: wrong })).toThrow(/^smtp\.url: not smtp/);
    const injected = { url: "smtp://mx.test", from: "a@b.test\r\nBcc: c@d.test" };
    expect(() => resolveSettings({ ...minimal, smtp: injected })).toThrow("smtp.from");
  });

  it.each([
    ["an unknown member", { sesionIdleLifetime: "1h" }],
    ["no store", { data: undefined }],
    ["two stores", { database: {} }],
    ["an origin with a path", { origins: ["https://app.example/"] }],
    ["a wildcard origin", { origins: ["*"] }],
    ["the null origin", { origins: ["null"] }],
    ["a wrong duration", { accessTokenLifetime: "soon" }],
    ["a token for too long", { accessTokenLifetime: "25h" }],
    ["a token for no time", { accessTokenLifetime: 0 }],
    ["a fraction of a second", { accessTokenLifetime: 1.5 }],
    ["an unknown algorithm", { signingAlgorithm: "none" }],
    ["a shared secret by accident", { signingAlgorithm: "HS256" }],
    ["a shared secret among others", { signingAlgorithm: ["ES256", "HS256"] }],
    ["the same algorithm twice", { signingAlgorithm: ["ES256", "ES256"] }],
    ["no algorithm", { signingAlgorithm: [] }],
    ["an unknown kind of feed", { feed: "private" }],
    ["a password minimum below NIST's", { minPasswordLength: 7 }],
    ["a range service over plain http", { breachedPasswords: { url: "http://range.example/" } }],
    ["a range service without an end", { breachedPasswords: { url: "https://range.example/x" } }],
    ["a range service with a query", { breachedPasswords: { url: "https://range.example/?x=/" } }],
    ["a pepper's id with a comma", { passwordPepper: { keys: [{ id: "a,b", key }] } }],
    ["a short pepper", { passwordPepper: { keys: [{ id: "a", key: key.subarray(1) }] } }],
    ["a current pepper that is not there", { passwordPepper: { keys: [], current: "a" } }],
    ["negative proxies", { trustedProxies: -1 }],
    ["no audience", { audience: [] }],
    [
      "a limit without attempts",
      { rateLimits: { login: { perNetwork: { attempts: 0, per: 1 } } } },
    ],
    ["a hook that is none", { claims: {} }],
    ["no key-encryption key", { keyEncryption: {} }],
  ])("N12: refuses %s when the server is made", (_what, change) => {
    // Wrong on purpose, as JavaScript callers can be.
    const config = { ...minimal, ...change } as unknown as LatchkeyConfig;
    expect(() => resolveSettings(config)).toThrow(
      expect.objectContaining({ code: "config_invalid" }),
    );
  });
});

describe("serverMetadata (RFC 8414)", () => {
  it("names what works, below the issuer", () => {
    expect(serverMetadata("https://id.example/t1")).toEqual({
      issuer: "https://id.example/t1",
      jwks_uri: "https://id.example/t1/.well-known/jwks.json",
      response_types_supported: [],
      introspection_endpoint: "https://id.example/t1/auth/introspect",
      introspection_endpoint_auth_methods_supported: ["client_secret_basic"],
      revocation_endpoint: "https://id.example/t1/auth/revoke",
      revocation_endpoint_auth_methods_supported: ["client_secret_basic"],
      latchkey_spend_endpoint: "https://id.example/t1/auth/spend",
      latchkey_revocation_feed: "https://id.example/t1/auth/revocations",
      latchkey_feed_jwks_uri: "https://id.example/t1/auth/revocations/jwks",
    });
  });
});

describe("passwordHashing.dangerouslyCheap", () => {
  const passwordHashing = { dangerouslyCheap: true };

  it("is refused beyond loopback", () => {
    expect(() => resolveSettings({ ...minimal, passwordHashing })).toThrow(
      expect.objectContaining({ code: "config_invalid" }),
    );
  });

  it("is for tests on loopback", () => {
    const issuer = "http://localhost:4000";
    expect(resolveSettings({ ...minimal, issuer, passwordHashing }).issuer).toBe(issuer);
  });
});
