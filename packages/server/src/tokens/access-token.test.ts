import {
  decodeJwtUnverified,
  generateKey,
  type JsonObject,
  type Key,
  publicKey,
  verifyJwt,
} from "@latchkey/jose";
import { createIdentifier, isIdentifier, MAX_LIST_CLAIM } from "@latchkey/protocol";
import { beforeAll, describe, expect, it, test, vi } from "vitest";
import {
  type AccessTokenInput,
  issueAccessToken,
  MAX_ACCESS_TOKEN_LENGTH,
  type OversizedToken,
} from "./access-token.ts";
import type { Subject } from "./subject.ts";

const NOW = 1_800_000_000_999;
let key: Key;

beforeAll(async () => {
  key = await generateKey("ES256");
});

function subject(change: Partial<Subject> = {}): Subject {
  return {
    id: createIdentifier(),
    email: "ana@example.org",
    emailVerified: true,
    username: "ana",
    name: "Ana Example",
    passwordHash: "$argon2id$secret",
    handle: createIdentifier(),
    disabledAt: null,
    createdAt: NOW,
    roles: [
      { id: createIdentifier(), name: "doctor", handle: createIdentifier(), requiresMfa: false },
    ],
    permissions: ["appointments:read"],
    ...change,
  };
}

function issue(change: Partial<AccessTokenInput> = {}) {
  return issueAccessToken({
    subject: subject(),
    session: { id: createIdentifier(), clientId: "latchkey", authTime: NOW - 1500, amr: ["pwd"] },
    keyRing: { signingKey: () => key },
    issuer: "https://id.example",
    audience: ["https://api.example"],
    lifetime: 900,
    now: NOW,
    ...change,
  });
}

describe("RFC 9068 section 2: the access token", () => {
  it("has typ at+jwt, the key's id, and exactly these claims", () => {
    const user = subject();
    const sid = createIdentifier();
    const { token, expiresIn } = issue({
      subject: user,
      session: { id: sid, clientId: "latchkey", authTime: NOW - 1500, amr: ["pwd"] },
    });
    const { header, claims } = decodeJwtUnverified(token);
    expect(header).toEqual({ alg: "ES256", kid: key.kid, typ: "at+jwt" });
    expect(claims).toEqual({
      iss: "https://id.example",
      sub: user.id,
      aud: "https://api.example",
      exp: 1_800_000_900,
      iat: 1_800_000_000,
      jti: claims.jti,
      client_id: "latchkey",
      sid,
      auth_time: 1_799_999_999,
      acr: "aal1",
      amr: ["pwd"],
      roles: ["doctor"],
      permissions: ["appointments:read"],
      handles: [user.handle, user.roles[0]?.handle],
    });
    expect(isIdentifier(claims.jti)).toBe(true);
    expect(expiresIn).toBe(900);
  });

  it("holds nothing sensitive", () => {
    const payload = issue().token.split(".")[1] ?? "";
    const text = Buffer.from(payload, "base64url").toString();
    expect(text).toContain("doctor");
    for (const secret of ["ana@", "Ana Example", "argon2"]) expect(text).not.toContain(secret);
  });

  it("names several audiences as a list, and scope only when there is one", () => {
    const { token } = issue({
      audience: ["https://a.example", "https://b.example"],
      scope: ["x", "y"],
    });
    const { claims } = verifyJwt(token, publicKey(key), {
      issuer: "https://id.example",
      audience: "https://b.example",
      typ: "at+jwt",
      now: 1_800_000_000,
    });
    expect(claims).toMatchObject({ aud: ["https://a.example", "https://b.example"], scope: "x y" });
  });

  it("never makes one token twice", () => {
    const one = subject();
    expect(issue({ subject: one }).token).not.toBe(issue({ subject: one }).token);
  });

  it("refuses to make a token for nobody in particular", () => {
    expect(() => issue({ audience: [] })).toThrow(TypeError);
  });
});

describe("custom claims", () => {
  it("are added", () => {
    const claims = ({ id }: Subject): JsonObject => ({ clinic: { of: id } });
    const user = subject();
    const { token } = issue({ subject: user, claims });
    expect(decodeJwtUnverified(token).claims).toMatchObject({ clinic: { of: user.id } });
  });

  const reserved = ["iss", "sub", "aud", "exp", "nbf", "jti", "scope", "sid", "roles", "handles"];
  test.each([...reserved, "permissions", "client_id", "act", "cnf"])("cannot set %s", (name) => {
    expect(() => issue({ claims: () => ({ [name]: "administrator" }) })).toThrow(
      expect.objectContaining({
        code: "internal",
        cause: expect.objectContaining({ message: expect.stringContaining(name) }),
      }),
    );
  });
});

describe("size", () => {
  const many = (count: number, name = "a-long-permission-name"): string[] =>
    Array.from({ length: count }, (_, i) => `${name}:${i}`);

  /** Issues, and answers the claims and what was reported. */
  function issueAndTell(change: Partial<AccessTokenInput>) {
    const onOversized = vi.fn<(token: OversizedToken) => void>();
    const { token } = issue({ ...change, onOversized });
    expect(token.length).toBeLessThanOrEqual(MAX_ACCESS_TOKEN_LENGTH);
    return { claims: decodeJwtUnverified(token).claims, told: onOversized.mock.calls.flat() };
  }

  it("leaves the hook's claims out where there is no room for them, and tells", () => {
    const user = subject({ permissions: ["a:read"] });
    const claims = (): JsonObject => ({ groups_of_the_clinic: many(400) });
    const { claims: issued, told } = issueAndTell({ subject: user, claims });
    expect(issued).toMatchObject({ sub: user.id, permissions: ["a:read"] });
    expect(issued).not.toHaveProperty("groups_of_the_clinic");
    expect(told).toEqual([
      { userId: user.id, dropped: "custom claims", length: expect.any(Number) },
    ]);
  });

  it.each([
    ["longer than servers take", many(240)],
    ["with more permissions than a guard reads", many(MAX_LIST_CLAIM + 1, "p")],
  ])("gives no rights where they would make a token %s, and tells", (_, permissions) => {
    const user = subject({ permissions });
    const { claims, told } = issueAndTell({ subject: user });
    expect(claims).toMatchObject({ sub: user.id, roles: [], permissions: [] });
    // It can be taken back all the same.
    expect(claims["handles"]).toContain(user.handle);
    expect(told).toMatchObject([{ userId: user.id, dropped: "roles and permissions" }]);
  });

  it("takes a user with many roles", () => {
    const roles = Array.from({ length: 50 }, (_, i) => ({
      id: createIdentifier(),
      name: `role-${i}`,
      handle: createIdentifier(),
      requiresMfa: false,
    }));
    expect(issue({ subject: subject({ roles }) }).token.length).toBeLessThan(
      MAX_ACCESS_TOKEN_LENGTH,
    );
  });
});
